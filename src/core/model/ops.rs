//! Operators on channels-last `f32` tensors.
//!
//! Convolutions compute blocks of [`PIXELS`] adjacent positions and [`LANES`] output channels in registers: integers
//! for 8-bit weights ([`super::dot`]), otherwise arrays of fixed length, which compilers vectorise (SSE, NEON,
//! simd128).

use std::borrow::Cow;

use crate::error::CoreError;
use crate::model::dot::{self, I32Accumulators, LANES, PIXELS, PackedWeights};
use crate::numeric::{max_abs, max_f32};
use crate::simd::{self, F32x4};

/// Values in rows, columns, channels: `data[(y * width + x) * channels + c]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Values per position.
    pub channels: usize,
    /// `height * width * channels` values.
    pub data: Vec<f32>,
}

impl Tensor {
    /// Creates a tensor of zeros. The caller limits the size.
    pub fn zeros(height: usize, width: usize, channels: usize) -> Self {
        Self { height, width, channels, data: vec![0.0; height * width * channels] }
    }

    fn size(&self) -> Size {
        Size { height: self.height, width: self.width, channels: self.channels }
    }

    /// Returns the channels at a position inside the tensor.
    pub fn at(&self, y: usize, x: usize) -> &[f32] {
        let start = (y * self.width + x) * self.channels;
        &self.data[start..start + self.channels]
    }
}

/// Operators in order: operator `i` computes tensor `i + 1`; tensor 0 is the input.
#[derive(Debug, Clone)]
pub(super) struct Graph {
    pub input_channels: usize,
    pub ops: Vec<Op>,
    /// Ids of the output tensors.
    pub outputs: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(super) struct Op {
    pub kind: Kind,
    pub input: usize,
    pub channels: usize,
    pub activation: Activation,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// Weights in the layout of [`pack_conv`].
    Conv {
        window: Window,
        weights: ConvWeights,
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
pub(super) enum ConvWeights {
    /// In the layout of [`pack_conv`].
    Float(Vec<[f32; LANES]>),
    /// In the layout of [`pack_conv_i8`], and the scale of each output.
    Integer { weights: Vec<PackedWeights>, scales: Vec<f32> },
}

#[derive(Debug, Clone)]
pub(super) enum Activation {
    None,
    Relu,
    Prelu(Vec<f32>),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub kernel_height: usize,
    pub kernel_width: usize,
    pub stride_down: usize,
    pub stride_right: usize,
    pub top: usize,
    pub bottom: usize,
    pub left: usize,
    pub right: usize,
}

/// Shape of a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
}

impl Size {
    pub(super) fn values(&self) -> u64 {
        (self.height as u64).saturating_mul(self.width as u64).saturating_mul(self.channels as u64)
    }
}

/// Output shape and resources of an operator.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub output: Size,
    /// Values of temporary tensors.
    pub scratch: u64,
    /// Multiplications, comparisons or copies.
    pub cost: u64,
}

impl Window {
    fn padded_size(&self, input: Size) -> Size {
        Size {
            height: input.height.saturating_add(self.top + self.bottom),
            width: input.width.saturating_add(self.left + self.right),
            channels: input.channels,
        }
    }

    fn output_size(&self, input: Size, channels: usize) -> Result<Size, CoreError> {
        let padded = self.padded_size(input);
        let height = padded.height.checked_sub(self.kernel_height).map(|rest| rest / self.stride_down + 1);
        let width = padded.width.checked_sub(self.kernel_width).map(|rest| rest / self.stride_right + 1);
        match (height, width) {
            (Some(height), Some(width)) => Ok(Size { height, width, channels }),
            _ => Err(invalid(format!("an input of {}x{} is smaller than a window", input.width, input.height))),
        }
    }

    /// Returns the input padded with `value`.
    fn padded<'a>(&self, input: &'a Tensor, value: f32) -> Cow<'a, Tensor> {
        if self.top + self.bottom + self.left + self.right == 0 {
            return Cow::Borrowed(input);
        }
        let mut out = filled(self.padded_size(input.size()), value);
        let row = input.width * input.channels;
        for y in 0..input.height {
            let to = ((y + self.top) * out.width + self.left) * input.channels;
            out.data[to..to + row].copy_from_slice(&input.data[y * row..(y + 1) * row]);
        }
        Cow::Owned(out)
    }
}

/// Packs weights `[tap][output]` into blocks of [`LANES`] outputs, `[block][tap]`, the last block padded with zeros.
pub(super) fn pack_conv(weights: &[f32], outputs: usize) -> Vec<[f32; LANES]> {
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

/// Packs weights `[kernel row][tap of the row][output]` into blocks of [`LANES`] outputs, `[block][kernel row][pair of
/// taps]`, the last block and the last pair of each row padded with zeros.
pub(super) fn pack_conv_i8(weights: &[i8], outputs: usize, kernel_height: usize) -> Vec<PackedWeights> {
    let row_taps = weights.len() / outputs / kernel_height;
    let mut packed = Vec::with_capacity(outputs.div_ceil(LANES) * kernel_height * row_taps.div_ceil(2));
    for block in 0..outputs.div_ceil(LANES) {
        for row in 0..kernel_height {
            for tap in (0..row_taps).step_by(2) {
                packed.push(std::array::from_fn(|i| {
                    let (output, tap) = (block * LANES + i / 2, tap + i % 2);
                    let known = output < outputs && tap < row_taps;
                    if known { i16::from(weights[(row * row_taps + tap) * outputs + output]) } else { 0 }
                }));
            }
        }
    }
    packed
}

impl Op {
    /// Returns the tensors that this operator reads.
    pub(super) fn inputs(&self) -> impl Iterator<Item = usize> {
        let other = match self.kind {
            Kind::Add { other } => Some(other),
            _ => None,
        };
        std::iter::once(self.input).chain(other)
    }

    /// Returns shape and work, given the shapes of the previous tensors.
    pub(super) fn plan(&self, size: impl Fn(usize) -> Size) -> Result<Plan, CoreError> {
        let input = size(self.input);
        let output = match &self.kind {
            Kind::Conv { window, .. } | Kind::Depthwise { window, .. } | Kind::MaxPool { window } => {
                window.output_size(input, self.channels)?
            }
            Kind::Add { other } if size(*other) != input => {
                let other = size(*other);
                return Err(invalid(format!(
                    "{}x{} is added to {}x{}",
                    other.width, other.height, input.width, input.height
                )));
            }
            Kind::Add { .. } | Kind::PadChannels => Size { channels: self.channels, ..input },
            Kind::MeanHeight => Size { height: 1, ..input },
        };
        let (taps, scratch) = match &self.kind {
            Kind::Conv { window, .. } => {
                (window.kernel_height * window.kernel_width * input.channels, window.padded_size(input).values())
            }
            Kind::Depthwise { window, .. } => {
                // Two temporaries: with repeated channels, and padded.
                let repeated = window.padded_size(Size { channels: self.channels, ..input });
                (window.kernel_height * window.kernel_width, repeated.values().saturating_mul(2))
            }
            Kind::MaxPool { window } => {
                (window.kernel_height * window.kernel_width, window.padded_size(input).values())
            }
            Kind::Add { .. } | Kind::PadChannels => (1, 0),
            Kind::MeanHeight => (input.height, 0),
        };
        let places = Size { channels: self.channels.next_multiple_of(LANES), ..output };
        Ok(Plan { output, scratch, cost: places.values().saturating_mul(taps as u64).saturating_add(scratch) })
    }

    /// Computes the output. [`Op::plan`] must have accepted the shapes.
    pub(super) fn run<'a>(&self, get: impl Fn(usize) -> Option<&'a Tensor>) -> Result<Tensor, CoreError> {
        let of = |id: usize| get(id).ok_or_else(|| invalid(format!("tensor {id} is read after its last use")));
        let input = of(self.input)?;
        let plan = self.plan(|id| get(id).map_or(input.size(), Tensor::size))?;
        let mut out = filled(plan.output, 0.0);
        match &self.kind {
            Kind::Conv { window, weights: ConvWeights::Float(weights), bias } => {
                conv(&window.padded(input, 0.0), window, weights, bias, &mut out);
            }
            Kind::Conv { window, weights: ConvWeights::Integer { weights, scales }, bias } => {
                conv_i8(input, window, weights, scales, bias, &mut out);
            }
            Kind::Depthwise { window, weights, bias } if input.channels == self.channels => {
                depthwise(input, window, weights, bias, &mut out);
            }
            Kind::Depthwise { window, weights, bias } => {
                let repeated = repeat_channels(input, self.channels / input.channels);
                depthwise(&repeated, window, weights, bias, &mut out);
            }
            Kind::MaxPool { window } => max_pool(&window.padded(input, f32::NEG_INFINITY), window, &mut out),
            Kind::Add { other } => add(input, of(*other)?, &mut out),
            Kind::PadChannels => pad_channels(input, &mut out),
            Kind::MeanHeight => mean_height(input, &mut out),
        }
        match &self.activation {
            Activation::None => {}
            Activation::Relu => out.data.iter_mut().for_each(|v| *v = max_f32(0.0, *v)),
            Activation::Prelu(slopes) => {
                for place in out.data.chunks_exact_mut(slopes.len()) {
                    for (v, slope) in place.iter_mut().zip(slopes) {
                        *v *= if *v < 0.0 { *slope } else { 1.0 };
                    }
                }
            }
        }
        Ok(out)
    }
}

/// Returns the error of a model or an input that does not fit.
pub(super) fn invalid(reason: impl Into<String>) -> CoreError {
    CoreError::InvalidModel { reason: reason.into() }
}

fn filled(size: Size, value: f32) -> Tensor {
    let Size { height, width, channels } = size;
    Tensor { height, width, channels, data: vec![value; height * width * channels] }
}

/// Computes a convolution in blocks of [`PIXELS`] positions and [`LANES`] channels.
fn conv(padded: &Tensor, window: &Window, weights: &[[f32; LANES]], bias: &[f32], out: &mut Tensor) {
    let channels = out.channels;
    let row_taps = window.kernel_width * padded.channels;
    let taps = window.kernel_height * row_taps;
    let step = window.stride_right * padded.channels;
    let last = out.width - 1;
    for y in 0..out.height {
        for (block, weights) in weights.chunks_exact(taps).enumerate() {
            let first = block * LANES;
            let lanes = LANES.min(channels - first);
            let start: [f32; LANES] = std::array::from_fn(|lane| bias.get(first + lane).copied().unwrap_or(0.0));
            let mut x = 0;
            while x < out.width {
                // The last block of a row overlaps the previous one, so that it is full; in a row shorter than a block,
                // the last position is computed repeatedly.
                let x0 = x.min(out.width.saturating_sub(PIXELS));
                let mut sums = [start; PIXELS];
                for (ky, weights) in weights.chunks_exact(row_taps).enumerate() {
                    let row = (y * window.stride_down + ky) * padded.width * padded.channels;
                    let place = |p: usize| {
                        let from = row + (x0 + p).min(last) * step;
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
                for (p, sum) in sums.iter().enumerate().take(out.width - x0) {
                    let to = (y * out.width + x0 + p) * channels + first;
                    out.data[to..to + lanes].copy_from_slice(&sum[..lanes]);
                }
                x += PIXELS;
            }
        }
    }
}

/// Computes a convolution on integers. Inputs are quantised by their maximum and the number of taps.
fn conv_i8(input: &Tensor, window: &Window, weights: &[PackedWeights], scales: &[f32], bias: &[f32], out: &mut Tensor) {
    let size = window.padded_size(input.size());
    let row_taps = window.kernel_width * size.channels;
    let pairs = row_taps.div_ceil(2);
    let max = max_abs(&input.data);
    let scale = if max > 0.0 { dot::input_limit(window.kernel_height * row_taps) / max } else { 1.0 };
    // One value more than the input: the pair of the last odd tap reads it, with weight zero.
    let mut padded = vec![0i16; size.height * size.width * size.channels + 1];
    let row = input.width * input.channels;
    for y in 0..input.height {
        let to = ((y + window.top) * size.width + window.left) * size.channels;
        dot::quantise(&input.data[y * row..(y + 1) * row], scale, &mut padded[to..to + row]);
    }
    let channels = out.channels;
    let step = window.stride_right * size.channels;
    let last = out.width - 1;
    for y in 0..out.height {
        for (block, weights) in weights.chunks_exact(pairs * window.kernel_height).enumerate() {
            let first = block * LANES;
            let lanes = LANES.min(channels - first);
            let halves = |of: &dyn Fn(usize) -> f32| -> [F32x4; LANES / simd::WIDTH] {
                std::array::from_fn(|half| F32x4::new(std::array::from_fn(|l| of(first + half * simd::WIDTH + l))))
            };
            let factors = halves(&|output| scales.get(output).map_or(0.0, |s| s / scale));
            let start = halves(&|output| bias.get(output).copied().unwrap_or(0.0));
            let mut x = 0;
            while x < out.width {
                let x0 = x.min(out.width.saturating_sub(PIXELS));
                let mut sums: I32Accumulators = [[0; LANES]; PIXELS];
                for (ky, weights) in weights.chunks_exact(pairs).enumerate() {
                    let row = (y * window.stride_down + ky) * size.width * size.channels;
                    let places = std::array::from_fn(|p| &padded[row + (x0 + p).min(last) * step..]);
                    dot::accumulate_products(weights, places, &mut sums);
                }
                for (p, sum) in sums.iter().enumerate().take(out.width - x0) {
                    let to = (y * out.width + x0 + p) * channels + first;
                    let (sums, _) = sum.as_chunks();
                    let mut values = [0.0; LANES];
                    let (halves, _) = values.as_chunks_mut();
                    for (((half, sum), factor), start) in halves.iter_mut().zip(sums).zip(factors).zip(start) {
                        *half = start.add_product(F32x4::from_i32(*sum), factor).to_array();
                    }
                    out.data[to..to + lanes].copy_from_slice(&values[..lanes]);
                }
                x += PIXELS;
            }
        }
    }
}

/// Computes a depthwise convolution row by row, in blocks of [`PIXELS`] positions and [`simd::WIDTH`] channels.
fn depthwise(input: &Tensor, window: &Window, weights: &[f32], bias: &[f32], out: &mut Tensor) {
    if out.channels < simd::WIDTH {
        depthwise_few(&window.padded(input, 0.0), window, weights, bias, out);
    } else if (window.kernel_width, window.stride_right) == (3, 1) && out.width >= PIXELS {
        depthwise_blocks(input, window, weights, bias, out, add_sliding);
    } else {
        depthwise_blocks(input, window, weights, bias, out, add_row);
    }
}

/// `add` adds a row of the kernel. It receives the block's channels in a row of the input, the first columns of the
/// positions, and the weights.
#[inline(always)]
fn depthwise_blocks(
    input: &Tensor,
    window: &Window,
    weights: &[f32],
    bias: &[f32],
    out: &mut Tensor,
    add: impl Fn(&[F32x4], [usize; PIXELS], &[F32x4], &mut [F32x4; PIXELS]),
) {
    let (channels, width) = (out.channels, out.width);
    // The last block overlaps the previous one.
    let firsts = || (0..channels).step_by(simd::WIDTH).map(|c| c.min(channels - simd::WIDTH));
    let taps = window.kernel_height * window.kernel_width;
    let packed: Vec<F32x4> = firsts()
        .flat_map(|first| (0..taps).map(move |tap| F32x4::from_slice(&weights[tap * channels + first..])))
        .collect();
    let size = window.padded_size(input.size());
    let planes = planes(input, window, firsts());
    for (y, out) in out.data.chunks_exact_mut(width * channels).enumerate() {
        let blocks = planes.chunks_exact(size.height * size.width).zip(packed.chunks_exact(taps));
        for (first, (plane, weights)) in firsts().zip(blocks) {
            let rows = &plane[y * window.stride_down * size.width..][..window.kernel_height * size.width];
            let start = F32x4::from_slice(&bias[first..]);
            let mut x = 0;
            while x < width {
                let x0 = x.min(width.saturating_sub(PIXELS));
                let places = std::array::from_fn(|p| (x0 + p).min(width - 1) * window.stride_right);
                let mut sums = [start; PIXELS];
                for (row, weights) in rows.chunks_exact(size.width).zip(weights.chunks_exact(window.kernel_width)) {
                    add(row, places, weights, &mut sums);
                }
                for (p, sum) in sums.iter().enumerate().take(width - x0) {
                    out[(x0 + p) * channels + first..][..simd::WIDTH].copy_from_slice(&sum.to_array());
                }
                x += PIXELS;
            }
        }
    }
}

/// Returns the zero-padded input, split into blocks of channels that start at `firsts`.
fn planes(input: &Tensor, window: &Window, firsts: impl Iterator<Item = usize> + Clone) -> Vec<F32x4> {
    let size = window.padded_size(input.size());
    let plane = size.height * size.width;
    let mut planes = vec![F32x4::splat(0.0); firsts.clone().count() * plane];
    for (y, row) in input.data.chunks_exact(input.width * input.channels).enumerate() {
        for (block, first) in firsts.clone().enumerate() {
            let to = block * plane + (y + window.top) * size.width + window.left;
            for (to, from) in planes[to..to + input.width].iter_mut().zip(row.chunks_exact(input.channels)) {
                *to = F32x4::from_slice(&from[first..]);
            }
        }
    }
    planes
}

/// A row of a kernel of width 3 and stride 1: adjacent positions share inputs.
#[inline(always)]
fn add_sliding(row: &[F32x4], places: [usize; PIXELS], weights: &[F32x4], sums: &mut [F32x4; PIXELS]) {
    let (Some(at), [a, b, c]) = (row[places[0]..].first_chunk::<{ PIXELS + 2 }>(), weights) else { return };
    for (sum, at) in sums.iter_mut().zip(at.windows(3)) {
        *sum = sum.add_product(at[0], *a).add_product(at[1], *b).add_product(at[2], *c);
    }
}

/// A row of any kernel.
#[inline(always)]
fn add_row(row: &[F32x4], places: [usize; PIXELS], weights: &[F32x4], sums: &mut [F32x4; PIXELS]) {
    for (kx, weights) in weights.iter().enumerate() {
        for (sum, place) in sums.iter_mut().zip(places) {
            *sum = sum.add_product(row[place + kx], *weights);
        }
    }
}

/// Fewer channels than a block, one by one.
fn depthwise_few(padded: &Tensor, window: &Window, weights: &[f32], bias: &[f32], out: &mut Tensor) {
    let (channels, width) = (out.channels, out.width);
    for (i, value) in out.data.iter_mut().enumerate() {
        let (y, x, c) = (i / channels / width, i / channels % width, i % channels);
        *value = bias[c];
        for ky in 0..window.kernel_height {
            for kx in 0..window.kernel_width {
                let input = padded.at(y * window.stride_down + ky, x * window.stride_right + kx)[c];
                *value += input * weights[(ky * window.kernel_width + kx) * channels + c];
            }
        }
    }
}

fn max_pool(padded: &Tensor, window: &Window, out: &mut Tensor) {
    out.data.fill(f32::NEG_INFINITY);
    let (width, channels) = (out.width, out.channels);
    for (i, best) in out.data.chunks_exact_mut(channels).enumerate() {
        let (y, x) = (i / width * window.stride_down, i % width * window.stride_right);
        for ky in 0..window.kernel_height {
            for kx in 0..window.kernel_width {
                for (b, v) in best.iter_mut().zip(padded.at(y + ky, x + kx)) {
                    *b = max_f32(*b, *v);
                }
            }
        }
    }
}

fn add(a: &Tensor, b: &Tensor, out: &mut Tensor) {
    for (o, (a, b)) in out.data.iter_mut().zip(a.data.iter().zip(&b.data)) {
        *o = a + b;
    }
}

fn pad_channels(input: &Tensor, out: &mut Tensor) {
    for (to, from) in out.data.chunks_exact_mut(out.channels).zip(input.data.chunks_exact(input.channels)) {
        to[..input.channels].copy_from_slice(from);
    }
}

fn repeat_channels(input: &Tensor, times: usize) -> Tensor {
    let mut out = filled(Size { channels: input.channels * times, ..input.size() }, 0.0);
    for (to, &from) in out.data.chunks_exact_mut(times).zip(&input.data) {
        to.fill(from);
    }
    out
}

fn mean_height(input: &Tensor, out: &mut Tensor) {
    for values in input.data.chunks_exact(out.data.len()) {
        for (o, v) in out.data.iter_mut().zip(values) {
            *o += v;
        }
    }
    let share = 1.0 / input.height as f32;
    out.data.iter_mut().for_each(|v| *v *= share);
}
