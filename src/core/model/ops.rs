//! The operators, on channels-last `f32`.
//!
//! Convolutions run over blocks of [`PIXELS`] outputs side by side and [`LANES`] output channels, accumulated in registers:
//! plain arrays of fixed length, which the compiler turns into vector instructions (SSE, NEON, wasm simd128).

use crate::core::error::CoreError;
use crate::core::model::MAX_TENSOR_VALUES;

/// Output channels computed together.
const LANES: usize = 8;
/// Outputs side by side computed together.
const PIXELS: usize = 4;

/// Values in rows, columns, channels: `data[(y * width + x) * channels + c]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Values at each place.
    pub channels: usize,
    /// `height * width * channels` values.
    pub data: Vec<f32>,
}

impl Tensor {
    /// A tensor of zeros.
    pub fn zeros(height: usize, width: usize, channels: usize) -> Self {
        Self { height, width, channels, data: vec![0.0; height * width * channels] }
    }

    /// The values at a place.
    pub fn at(&self, y: usize, x: usize) -> &[f32] {
        let start = (y * self.width + x) * self.channels;
        &self.data[start..start + self.channels]
    }
}

#[derive(Debug, Clone)]
pub struct Op {
    pub kind: Kind,
    pub input: usize,
    pub channels: usize,
    pub activation: Activation,
}

#[derive(Debug, Clone)]
pub enum Kind {
    /// Weights as [`pack_conv`] lays them out.
    Conv {
        window: Window,
        weights: Vec<[f32; LANES]>,
        bias: Vec<f32>,
    },
    Depthwise {
        window: Window,
        weights: Vec<f32>,
        bias: Vec<f32>,
    },
    MaxPool {
        window: Window,
    },
    Add {
        other: usize,
    },
    PadChannels,
    MeanHeight,
}

#[derive(Debug, Clone)]
pub enum Activation {
    None,
    Relu,
    Prelu(Vec<f32>),
}

#[derive(Debug, Clone, Copy)]
pub struct Window {
    pub kernel_height: usize,
    pub kernel_width: usize,
    pub stride_down: usize,
    pub stride_right: usize,
    pub top: usize,
    pub bottom: usize,
    pub left: usize,
    pub right: usize,
}

impl Window {
    fn output_size(&self, input: &Tensor) -> Result<(usize, usize), CoreError> {
        let along = |size: usize, before: usize, after: usize, kernel: usize, stride: usize| {
            (size + before + after).checked_sub(kernel).map(|rest| rest / stride + 1)
        };
        let height = along(input.height, self.top, self.bottom, self.kernel_height, self.stride_down);
        let width = along(input.width, self.left, self.right, self.kernel_width, self.stride_right);
        match (height, width) {
            (Some(h), Some(w)) => Ok((h, w)),
            _ => Err(invalid(format!("an input of {}x{} is smaller than a window", input.width, input.height))),
        }
    }

    /// The input with its borders of `value`.
    fn padded(&self, input: &Tensor, value: f32) -> Tensor {
        if self.top + self.bottom + self.left + self.right == 0 {
            return input.clone();
        }
        let (h, w) = (input.height + self.top + self.bottom, input.width + self.left + self.right);
        let row = input.width * input.channels;
        let mut out =
            Tensor { height: h, width: w, channels: input.channels, data: vec![value; h * w * input.channels] };
        for y in 0..input.height {
            let to = ((y + self.top) * w + self.left) * input.channels;
            out.data[to..to + row].copy_from_slice(&input.data[y * row..(y + 1) * row]);
        }
        out
    }
}

/// Weights `[tap][output]` as blocks of [`LANES`] outputs, `[block][tap]`, the last block filled with zeros.
pub fn pack_conv(weights: &[f32], outputs: usize) -> Vec<[f32; LANES]> {
    let taps = weights.len() / outputs;
    let mut packed = Vec::with_capacity(outputs.div_ceil(LANES) * taps);
    for block in 0..outputs.div_ceil(LANES) {
        for tap in 0..taps {
            packed.push(std::array::from_fn(|lane| {
                let output = block * LANES + lane;
                if output < outputs { weights[tap * outputs + output] } else { 0.0 }
            }));
        }
    }
    packed
}

impl Op {
    /// Tensors that this operator reads.
    pub fn inputs(&self) -> impl Iterator<Item = usize> {
        let other = match self.kind {
            Kind::Add { other } => Some(other),
            _ => None,
        };
        std::iter::once(self.input).chain(other)
    }

    pub fn run<'a>(&self, get: impl Fn(usize) -> Option<&'a Tensor>) -> Result<Tensor, CoreError> {
        let missing = || invalid("a tensor is read after its last use");
        let input = get(self.input).ok_or_else(missing)?;
        let mut out = match &self.kind {
            Kind::Conv { window, weights, bias } => conv(input, window, weights, bias)?,
            Kind::Depthwise { window, weights, bias } => depthwise(input, window, weights, bias)?,
            Kind::MaxPool { window } => max_pool(input, window)?,
            Kind::Add { other } => add(input, get(*other).ok_or_else(missing)?)?,
            Kind::PadChannels => pad_channels(input, self.channels)?,
            Kind::MeanHeight => mean_height(input),
        };
        match &self.activation {
            Activation::None => {}
            Activation::Relu => out.data.iter_mut().for_each(|v| *v = v.max(0.0)),
            Activation::Prelu(slopes) => {
                for place in out.data.chunks_exact_mut(slopes.len()) {
                    for (v, slope) in place.iter_mut().zip(slopes) {
                        *v = v.max(0.0) + slope * v.min(0.0);
                    }
                }
            }
        }
        Ok(out)
    }
}

fn allocate(height: usize, width: usize, channels: usize) -> Result<Tensor, CoreError> {
    match height.checked_mul(width).and_then(|n| n.checked_mul(channels)) {
        Some(n) if n <= MAX_TENSOR_VALUES => Ok(Tensor::zeros(height, width, channels)),
        _ => Err(invalid(format!("a tensor of {width}x{height}x{channels} is too large"))),
    }
}

fn conv(input: &Tensor, window: &Window, weights: &[[f32; LANES]], bias: &[f32]) -> Result<Tensor, CoreError> {
    let (height, width) = window.output_size(input)?;
    let channels = bias.len();
    let mut out = allocate(height, width, channels)?;
    let padded = window.padded(input, 0.0);
    let row_taps = window.kernel_width * input.channels;
    let taps = window.kernel_height * row_taps;
    let step = window.stride_right * input.channels;
    for (block, weights) in weights.chunks_exact(taps).enumerate() {
        let first = block * LANES;
        let lanes = LANES.min(channels - first);
        let start: [f32; LANES] = std::array::from_fn(|lane| bias.get(first + lane).copied().unwrap_or(0.0));
        for y in 0..height {
            let mut x = 0;
            while x < width {
                // The last block reaches back, so that it is full as well; a row shorter than a block repeats its places.
                let x0 = if x + PIXELS <= width { x } else { width.saturating_sub(PIXELS) };
                let mut sums = [start; PIXELS];
                for (ky, weights) in weights.chunks_exact(row_taps).enumerate() {
                    let row = (y * window.stride_down + ky) * padded.width * input.channels;
                    let place = |p: usize| {
                        let from = row + (x0 + p).min(width - 1) * step;
                        &padded.data[from..from + row_taps]
                    };
                    let (a, b, c, d) = (place(0), place(1), place(2), place(3));
                    for ((((w, a), b), c), d) in weights.iter().zip(a).zip(b).zip(c).zip(d) {
                        for lane in 0..LANES {
                            sums[0][lane] += a * w[lane];
                            sums[1][lane] += b * w[lane];
                            sums[2][lane] += c * w[lane];
                            sums[3][lane] += d * w[lane];
                        }
                    }
                }
                for (p, sum) in sums.iter().enumerate().take(width - x0) {
                    let to = (y * width + x0 + p) * channels + first;
                    out.data[to..to + lanes].copy_from_slice(&sum[..lanes]);
                }
                x += PIXELS;
            }
        }
    }
    Ok(out)
}

fn depthwise(input: &Tensor, window: &Window, weights: &[f32], bias: &[f32]) -> Result<Tensor, CoreError> {
    let (height, width) = window.output_size(input)?;
    let channels = bias.len();
    let mut out = allocate(height, width, channels)?;
    let padded = window.padded(input, 0.0);
    for y in 0..height {
        for x in 0..width {
            let to = (y * width + x) * channels;
            let sum = &mut out.data[to..to + channels];
            sum.copy_from_slice(bias);
            for ky in 0..window.kernel_height {
                let row = (y * window.stride_down + ky) * padded.width;
                for kx in 0..window.kernel_width {
                    let from = (row + x * window.stride_right + kx) * channels;
                    let values = &padded.data[from..from + channels];
                    let tap = (ky * window.kernel_width + kx) * channels;
                    for ((s, v), w) in sum.iter_mut().zip(values).zip(&weights[tap..tap + channels]) {
                        *s += v * w;
                    }
                }
            }
        }
    }
    Ok(out)
}

fn max_pool(input: &Tensor, window: &Window) -> Result<Tensor, CoreError> {
    let (height, width) = window.output_size(input)?;
    let channels = input.channels;
    let mut out = allocate(height, width, channels)?;
    let padded = window.padded(input, f32::NEG_INFINITY);
    for y in 0..height {
        for x in 0..width {
            let to = (y * width + x) * channels;
            let best = &mut out.data[to..to + channels];
            best.fill(f32::NEG_INFINITY);
            for ky in 0..window.kernel_height {
                for kx in 0..window.kernel_width {
                    let values = padded.at(y * window.stride_down + ky, x * window.stride_right + kx);
                    for (b, v) in best.iter_mut().zip(values) {
                        *b = b.max(*v);
                    }
                }
            }
        }
    }
    Ok(out)
}

fn add(a: &Tensor, b: &Tensor) -> Result<Tensor, CoreError> {
    if (a.height, a.width) != (b.height, b.width) {
        return Err(invalid(format!("{}x{} is added to {}x{}", a.width, a.height, b.width, b.height)));
    }
    let data = a.data.iter().zip(&b.data).map(|(a, b)| a + b).collect();
    Ok(Tensor { data, ..*a })
}

fn pad_channels(input: &Tensor, channels: usize) -> Result<Tensor, CoreError> {
    let mut out = allocate(input.height, input.width, channels)?;
    for (to, from) in out.data.chunks_exact_mut(channels).zip(input.data.chunks_exact(input.channels)) {
        to[..input.channels].copy_from_slice(from);
    }
    Ok(out)
}

fn mean_height(input: &Tensor) -> Tensor {
    let row = input.width * input.channels;
    let mut data = vec![0.0; row];
    for values in input.data.chunks_exact(row.max(1)) {
        for (d, v) in data.iter_mut().zip(values) {
            *d += v;
        }
    }
    let share = 1.0 / input.height.max(1) as f32;
    data.iter_mut().for_each(|v| *v *= share);
    Tensor { height: 1, width: input.width, channels: input.channels, data }
}

fn invalid(reason: impl Into<String>) -> CoreError {
    CoreError::InvalidModel { reason: reason.into() }
}
