//! Parses a `.kycm` file (layout: [`super`]). The input is untrusted.

use crate::error::CoreError;
use crate::model::ops::{Activation, ConvWeights, Graph, Kind, Op, Window, invalid, pack_conv, pack_conv_i8};

const MAX_OPS: usize = 4096;
const MAX_CHANNELS: usize = 4096;
const MAX_KERNEL: usize = 64;

pub(super) fn parse(bytes: &[u8]) -> Result<Graph, CoreError> {
    let mut r = Reader { bytes, at: 0 };
    if r.take(4)? != b"KYCM" {
        return Err(invalid("it does not start with KYCM"));
    }
    match r.u32()? {
        1 => {}
        version => return Err(invalid(format!("version {version} is not known, expected 1"))),
    }
    let input_channels = r.u32()? as usize;
    if input_channels == 0 || input_channels > MAX_CHANNELS {
        return Err(invalid(format!("{input_channels} input channels, expected 1 to {MAX_CHANNELS}")));
    }
    let count = r.u32()? as usize;
    if count == 0 || count > MAX_OPS {
        return Err(invalid(format!("{count} operators, expected 1 to {MAX_OPS}")));
    }
    let mut channels = vec![input_channels];
    let mut ops = Vec::new();
    for i in 0..count {
        let op = operator(&mut r, &channels).map_err(|e| match e {
            CoreError::InvalidModel { reason } => invalid(format!("operator {i}: {reason}")),
            other => other,
        })?;
        channels.push(op.channels);
        ops.push(op);
    }
    let outputs = (0..r.u16()?).map(|_| r.tensor(&channels)).collect::<Result<Vec<_>, _>>()?;
    if outputs.is_empty() {
        return Err(invalid("it declares no output"));
    }
    if (1..outputs.len()).any(|i| outputs[..i].contains(&outputs[i])) {
        return Err(invalid("it declares an output twice"));
    }
    if r.at != bytes.len() {
        return Err(invalid(format!("{} bytes follow its end", bytes.len() - r.at)));
    }
    Ok(Graph { input_channels, ops, outputs })
}

fn operator(r: &mut Reader<'_>, channels: &[usize]) -> Result<Op, CoreError> {
    let kind = r.u8()?;
    let activation = r.u8()?;
    let first = r.tensor(channels)?;
    let second = r.u16()?;
    let input_channels = channels[first];
    let (kind, out_channels) = match kind {
        1 | 2 => {
            let window = r.window()?;
            let out = r.channels()?;
            if kind == 2 && !out.is_multiple_of(input_channels) {
                return Err(invalid(format!("depthwise from {input_channels} to {out} channels")));
            }
            let per_output = window.kernel_height * window.kernel_width * if kind == 1 { input_channels } else { 1 };
            let weights = r.weights(per_output, out)?;
            let bias = r.f32s(out)?;
            if kind == 1 {
                let weights = match weights {
                    Weights::Float(weights) => ConvWeights::Float(pack_conv(&weights, out)),
                    Weights::Integer { weights, scales } => {
                        ConvWeights::Integer { weights: pack_conv_i8(&weights, out, window.kernel_height), scales }
                    }
                };
                (Kind::Conv { window, weights, bias }, out)
            } else {
                (Kind::Depthwise { window, weights: weights.into_floats()?, bias }, out)
            }
        }
        3 => (Kind::MaxPool { window: r.window()? }, input_channels),
        4 => {
            let other = usize::from(second);
            match channels.get(other) {
                Some(&c) if c == input_channels => (Kind::Add { other }, c),
                _ => return Err(invalid("it adds a tensor of other channels, or none")),
            }
        }
        5 => {
            let out = r.channels()?;
            if out < input_channels {
                return Err(invalid(format!("it pads {input_channels} channels to {out}")));
            }
            (Kind::PadChannels, out)
        }
        6 => (Kind::MeanHeight, input_channels),
        kind => return Err(invalid(format!("kind {kind} is not known"))),
    };
    let activation = match activation {
        0 => Activation::None,
        1 => Activation::Relu,
        2 => Activation::Prelu(r.f32s(out_channels)?),
        other => return Err(invalid(format!("activation {other} is not known"))),
    };
    Ok(Op { kind, input: first, channels: out_channels, activation })
}

/// Weights as stored.
enum Weights {
    Float(Vec<f32>),
    /// A weight is its integer times the finite scale of its output.
    Integer {
        weights: Vec<i8>,
        scales: Vec<f32>,
    },
}

impl Weights {
    fn into_floats(self) -> Result<Vec<f32>, CoreError> {
        let values = match self {
            Self::Float(values) => values,
            Self::Integer { weights, scales } => {
                weights.iter().enumerate().map(|(i, &w)| f32::from(w) * scales[i % scales.len()]).collect()
            }
        };
        if values.iter().all(|v| v.is_finite()) { Ok(values) } else { Err(invalid("a weight is not finite")) }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], CoreError> {
        let end = self.at.checked_add(n).filter(|&end| end <= self.bytes.len());
        let end = end.ok_or_else(|| invalid(format!("it ends at byte {}; {n} more are needed", self.bytes.len())))?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn u8(&mut self) -> Result<u8, CoreError> {
        Ok(self.take(1)?[0])
    }

    fn u16(&mut self) -> Result<u16, CoreError> {
        let b = self.take(2)?;
        Ok(u16::from_le_bytes([b[0], b[1]]))
    }

    fn u32(&mut self) -> Result<u32, CoreError> {
        let b = self.take(4)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    fn tensor(&mut self, channels: &[usize]) -> Result<usize, CoreError> {
        let id = usize::from(self.u16()?);
        if id < channels.len() { Ok(id) } else { Err(invalid(format!("tensor {id} is not made yet"))) }
    }

    fn channels(&mut self) -> Result<usize, CoreError> {
        let n = usize::from(self.u16()?);
        if n == 0 || n > MAX_CHANNELS {
            return Err(invalid(format!("{n} channels, expected 1 to {MAX_CHANNELS}")));
        }
        Ok(n)
    }

    fn window(&mut self) -> Result<Window, CoreError> {
        let mut v = [0usize; 8];
        for v in &mut v {
            *v = usize::from(self.u16()?);
        }
        let [kernel_height, kernel_width, stride_down, stride_right, top, bottom, left, right] = v;
        if v[..4].iter().any(|&n| n == 0 || n > MAX_KERNEL) {
            return Err(invalid(format!("a window of {v:?} is out of range")));
        }
        if top.max(bottom) >= kernel_height || left.max(right) >= kernel_width {
            return Err(invalid(format!("a window of {v:?} has a border as wide as its kernel")));
        }
        Ok(Window { kernel_height, kernel_width, stride_down, stride_right, top, bottom, left, right })
    }

    fn f32s(&mut self, n: usize) -> Result<Vec<f32>, CoreError> {
        let bytes = self.take(n.checked_mul(4).ok_or_else(too_long)?)?;
        let values: Vec<f32> = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        if values.iter().all(|v| v.is_finite()) { Ok(values) } else { Err(invalid("a value is not finite")) }
    }

    fn weights(&mut self, per_output: usize, outputs: usize) -> Result<Weights, CoreError> {
        let n = per_output.checked_mul(outputs).ok_or_else(too_long)?;
        match self.u8()? {
            0 => Ok(Weights::Float(self.f32s(n)?)),
            1 => {
                let bytes = self.take(n.checked_mul(2).ok_or_else(too_long)?)?;
                let values = bytes.chunks_exact(2).map(|b| f32_from_f16(u16::from_le_bytes([b[0], b[1]]))).collect();
                Ok(Weights::Float(Weights::Float(values).into_floats()?))
            }
            2 => {
                let scales = self.f32s(outputs)?;
                if scales.iter().any(|scale| !(scale * 127.0).is_finite()) {
                    return Err(invalid("a weight is not finite"));
                }
                let weights: Vec<i8> = self.take(n)?.iter().map(|&b| b as i8).collect();
                // −128 has no positive counterpart; the bounds of the integer products assume 127.
                let weights = weights.into_iter().map(|w| w.max(-127)).collect();
                Ok(Weights::Integer { weights, scales })
            }
            other => Err(invalid(format!("weight type {other} is not known"))),
        }
    }
}

fn too_long() -> CoreError {
    invalid("it declares more weights than a file can hold")
}

/// Converts IEEE 754 half precision.
fn f32_from_f16(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let exponent = u32::from(half >> 10) & 0x1f;
    let mantissa = u32::from(half) & 0x3ff;
    match (exponent, mantissa) {
        (0, m) => f32::from_bits(sign | (m as f32 * 2f32.powi(-24)).to_bits()),
        (31, 0) => f32::from_bits(sign | 0x7f80_0000),
        (31, _) => f32::NAN,
        (e, m) => f32::from_bits(sign | ((e + 112) << 23) | (m << 13)),
    }
}
