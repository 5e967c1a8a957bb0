//! A TensorFlow Lite network of the few operators that face detection uses, as a `.kycm` file (layout: the docs of
//! `kyc_capture::core::model`). The reader knows only as much of the FlatBuffers encoding as it needs.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "reads files whose hashes are known"
)]

use std::collections::HashMap;

use crate::sh::Result;

const FLOAT16: i64 = 1;

/// Converts a network. Its outputs, which concatenate the reshaped outputs of several convolutions, become those
/// convolutions' own outputs, in the same order.
pub(crate) fn to_kycm(tflite: &[u8]) -> Result<Vec<u8>> {
    if tflite.get(4..8) != Some(b"TFL3") {
        return Err("not a TensorFlow Lite file".into());
    }
    let model = Table::root(tflite)?;
    let graph = model.tables(2)?.into_iter().next().ok_or("the file has no graph")?;
    let net = Network {
        buffers: model.tables(4)?,
        tensors: graph.tables(0)?,
        codes: model.tables(1)?.iter().map(|code| Ok(code.i8(0)?.max(code.i32(3)?))).collect::<Result<_>>()?,
    };
    let operators = graph.tables(3)?;
    let input = *graph.i32s(1)?.first().ok_or("the graph has no input")?;
    let mut out = Writer { made: HashMap::from([(input, vec![0])]), ..Writer::default() };
    let mut same: HashMap<i64, i64> = HashMap::new();
    for operator in &operators {
        let code = *net.codes.get(operator.u32(0)? as usize).ok_or("an operator without code")?;
        let inputs: Vec<i64> = operator.i32s(1)?.iter().map(|id| *same.get(id).unwrap_or(id)).collect();
        let made = *operator.i32s(2)?.first().ok_or("an operator without output")?;
        let options = operator.table(4)?;
        let input = |i: usize| inputs.get(i).copied().ok_or("an operator lacks an input");
        match code {
            // DEQUANTIZE: half-precision constants are read as they are.
            6 => drop(same.insert(made, input(0)?)),
            // CONV_2D, DEPTHWISE_CONV_2D
            3 | 4 => {
                let options = options.ok_or("a convolution without options")?;
                let (shape, weights) = net.constant(input(1)?)?;
                let [_, kernel_height, kernel_width, _] = shape[..] else {
                    return Err("weights without 4 axes".into());
                };
                let (outputs, weights) =
                    if code == 3 { (shape[0], transposed(&shape, &weights)) } else { (shape[3], weights) };
                let (_, bias) = net.constant(input(2)?)?;
                let strides = (options.i32(2)?, options.i32(1)?);
                let mut body = net.window(&options, input(0)?, (kernel_height, kernel_width), strides)?;
                body.extend((outputs as u16).to_le_bytes());
                body.extend(if code == 3 { quantised(&weights, outputs) } else { packed(&weights) });
                body.extend(bias.iter().flat_map(|v| v.to_le_bytes()));
                let activation = options.i8(if code == 3 { 3 } else { 4 })?;
                out.operator(if code == 3 { 1 } else { 2 }, activation, &[input(0)?], &body, made)?;
            }
            // MAX_POOL_2D
            17 => {
                let options = options.ok_or("a pool without options")?;
                let kernel = (options.i32(4)? as usize, options.i32(3)? as usize);
                let body = net.window(&options, input(0)?, kernel, (options.i32(2)?, options.i32(1)?))?;
                out.operator(3, options.i8(5)?, &[input(0)?], &body, made)?;
            }
            // ADD
            0 => {
                let activation = options.map_or(Ok(0), |o| o.i8(0))?;
                out.operator(4, activation, &[input(0)?, input(1)?], &[], made)?;
            }
            // PAD: channels only, at their end
            34 => {
                let pads = net.integers(input(1)?)?;
                let [0, 0, 0, 0, 0, 0, 0, more] = pads[..] else { return Err(format!("padding {pads:?}").into()) };
                let channels = *net.shape(input(0)?)?.last().ok_or("a tensor without axes")? as i64 + more;
                out.operator(5, 0, &[input(0)?], &(channels as u16).to_le_bytes(), made)?;
            }
            // RELU: becomes the activation of what it reads, where nothing else reads that
            19 => {
                let source = input(0)?;
                let readers = operators.iter().map(|o| o.i32s(1)).collect::<Result<Vec<_>>>()?;
                if readers.iter().flatten().filter(|&&id| id == source).count() != 1 {
                    return Err("an activation on a tensor that others read as well".into());
                }
                out.activate(source, made)?;
            }
            // RESHAPE, CONCATENATION: the same values, in the same order
            22 => out.alias(&inputs[..1], made)?,
            2 => out.alias(&inputs, made)?,
            other => return Err(format!("operator {other} is not known").into()),
        }
    }
    out.file(net.shape(input)?[3], &graph.i32s(2)?)
}

struct Network<'a> {
    buffers: Vec<Table<'a>>,
    tensors: Vec<Table<'a>>,
    codes: Vec<i64>,
}

impl<'a> Network<'a> {
    fn tensor(&self, id: i64) -> Result<&Table<'a>> {
        usize::try_from(id).ok().and_then(|id| self.tensors.get(id)).ok_or_else(|| format!("no tensor {id}").into())
    }

    fn shape(&self, id: i64) -> Result<Vec<usize>> {
        self.tensor(id)?.i32s(0)?.iter().map(|&n| Ok(usize::try_from(n)?)).collect()
    }

    fn bytes(&self, id: i64) -> Result<&'a [u8]> {
        let buffer = self.buffers.get(self.tensor(id)?.u32(2)? as usize).ok_or("a tensor without its buffer")?;
        buffer.bytes(0)
    }

    fn constant(&self, id: i64) -> Result<(Vec<usize>, Vec<f32>)> {
        let (shape, bytes) = (self.shape(id)?, self.bytes(id)?);
        let values: Vec<f32> = match self.tensor(id)?.i8(1)? {
            0 => bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
            FLOAT16 => bytes.chunks_exact(2).map(|b| from_half(u16::from_le_bytes([b[0], b[1]]))).collect(),
            other => return Err(format!("weights of type {other}").into()),
        };
        if values.len() != shape.iter().product::<usize>() {
            return Err(format!("{} values for a tensor of {shape:?}", values.len()).into());
        }
        Ok((shape, values))
    }

    fn integers(&self, id: i64) -> Result<Vec<i64>> {
        Ok(self.bytes(id)?.chunks_exact(4).map(|b| i64::from(i32::from_le_bytes([b[0], b[1], b[2], b[3]]))).collect())
    }

    /// Kernel, strides and borders. SAME borders follow from the input's size; the odd one goes below and to the right.
    fn window(&self, options: &Table, input: i64, kernel: (usize, usize), strides: (i64, i64)) -> Result<Vec<u8>> {
        let shape = self.shape(input)?;
        let [_, height, width, _] = shape[..] else { return Err(format!("an image of {shape:?}").into()) };
        let same = options.i8(0)? == 0;
        let strides = (strides.0 as usize, strides.1 as usize);
        let border = |size: usize, kernel: usize, stride: usize| {
            let all = if same { ((size.div_ceil(stride) - 1) * stride + kernel).saturating_sub(size) } else { 0 };
            [all / 2, all - all / 2]
        };
        if strides.0 == 0 || strides.1 == 0 {
            return Err("a stride of 0".into());
        }
        let [top, bottom] = border(height, kernel.0, strides.0);
        let [left, right] = border(width, kernel.1, strides.1);
        let values = [kernel.0, kernel.1, strides.0, strides.1, top, bottom, left, right];
        Ok(values.iter().flat_map(|&v| (v as u16).to_le_bytes()).collect())
    }
}

/// The `.kycm` operators, each with its head, and which of them make a tensor of the source.
#[derive(Default)]
struct Writer {
    operators: Vec<Vec<u8>>,
    made: HashMap<i64, Vec<u16>>,
}

impl Writer {
    fn operator(&mut self, kind: u8, activation: i64, inputs: &[i64], body: &[u8], made: i64) -> Result<()> {
        let activation = match activation {
            0 => 0,
            1 => 1,
            other => return Err(format!("activation {other}").into()),
        };
        let mut bytes = vec![kind, activation];
        for i in 0..2 {
            let id = inputs.get(i).map_or(Ok(0xffff), |&id| self.one(id))?;
            bytes.extend(id.to_le_bytes());
        }
        bytes.extend(body);
        self.operators.push(bytes);
        self.made.insert(made, vec![self.operators.len() as u16]);
        Ok(())
    }

    fn activate(&mut self, source: i64, made: i64) -> Result<()> {
        let id = self.one(source)?;
        let operator = usize::from(id).checked_sub(1).and_then(|i| self.operators.get_mut(i));
        operator.ok_or("an activation on the input")?[1] = 1;
        self.made.insert(made, vec![id]);
        Ok(())
    }

    fn alias(&mut self, sources: &[i64], made: i64) -> Result<()> {
        let all: Vec<u16> = sources.iter().filter_map(|id| self.made.get(id)).flatten().copied().collect();
        self.made.insert(made, all);
        Ok(())
    }

    fn one(&self, id: i64) -> Result<u16> {
        match self.made.get(&id).map(Vec::as_slice) {
            Some(&[one]) => Ok(one),
            _ => Err(format!("tensor {id} is not the output of one operator").into()),
        }
    }

    fn file(&self, input_channels: usize, outputs: &[i64]) -> Result<Vec<u8>> {
        let mut bytes = b"KYCM".to_vec();
        for n in [1, input_channels as u32, self.operators.len() as u32] {
            bytes.extend(n.to_le_bytes());
        }
        bytes.extend(self.operators.concat());
        let outputs: Vec<u16> = outputs.iter().filter_map(|id| self.made.get(id)).flatten().copied().collect();
        bytes.extend((outputs.len() as u16).to_le_bytes());
        bytes.extend(outputs.iter().flat_map(|id| id.to_le_bytes()));
        Ok(bytes)
    }
}

/// `[output][row][column][input]` as `[row][column][input][output]`.
fn transposed(shape: &[usize], weights: &[f32]) -> Vec<f32> {
    let outputs = shape[0];
    let taps = weights.len() / outputs.max(1);
    (0..weights.len()).map(|i| weights[i % outputs * taps + i / outputs]).collect()
}

/// Weights with their type: half precision, as they were published.
fn packed(weights: &[f32]) -> Vec<u8> {
    std::iter::once(1).chain(weights.iter().flat_map(|&w| to_half(w).to_le_bytes())).collect()
}

/// Weights of 8 bits with a scale for each output (type 2). The scale of an output is the one, of
/// those that cut off up to a quarter of its greatest weight, with the least square error.
fn quantised(weights: &[f32], outputs: usize) -> Vec<u8> {
    let of_output = |o: usize| weights.iter().skip(o).step_by(outputs);
    let rounded = |w: f32, scale: f32| (w / scale).round().clamp(-127.0, 127.0);
    let scales: Vec<f32> = (0..outputs)
        .map(|o| {
            let most = of_output(o).fold(0f32, |most, w| most.max(w.abs())).max(1e-12);
            let error = |scale: f32| of_output(o).map(|&w| (w - scale * rounded(w, scale)).powi(2)).sum::<f32>();
            let candidates = (0..=50).map(|i| most * (1.0 - i as f32 / 200.0) / 127.0);
            candidates.min_by(|a, b| error(*a).total_cmp(&error(*b))).unwrap_or(most / 127.0)
        })
        .collect();
    let values = weights.iter().enumerate().map(|(i, &w)| rounded(w, scales[i % outputs]) as i8 as u8);
    std::iter::once(2).chain(scales.iter().flat_map(|s| s.to_le_bytes())).chain(values).collect()
}

fn from_half(half: u16) -> f32 {
    let sign = if half >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, mantissa) = (i32::from(half >> 10 & 0x1f), f32::from(half & 0x3ff));
    match exponent {
        0 => sign * mantissa * 2f32.powi(-24),
        31 => f32::NAN,
        e => sign * (1.0 + mantissa / 1024.0) * 2f32.powi(e - 15),
    }
}

/// The nearest half to a value below 65504.
pub(crate) fn to_half(value: f32) -> u16 {
    let sign = u16::from(value.is_sign_negative()) << 15;
    let value = value.abs();
    if value < 2f32.powi(-14) {
        return sign | (value * 2f32.powi(24)).round() as u16;
    }
    let bits = value.to_bits();
    let rounded = bits + 0x0fff + (bits >> 13 & 1);
    sign | ((rounded >> 13) - (112 << 10)) as u16
}

/// A FlatBuffers table: fields are found through its list of offsets; one that is absent is 0 or empty.
#[derive(Clone, Copy)]
struct Table<'a> {
    file: &'a [u8],
    at: usize,
}

impl<'a> Table<'a> {
    fn root(file: &'a [u8]) -> Result<Self> {
        Ok(Self { file, at: number::<4>(file, 0)? as usize })
    }

    fn field(&self, index: usize) -> Result<Option<usize>> {
        let back = i64::from(number::<4>(self.file, self.at)? as u32 as i32);
        let list = usize::try_from(self.at as i64 - back)?;
        let entry = 4 + 2 * index;
        if entry >= number::<2>(self.file, list)? as usize {
            return Ok(None);
        }
        let offset = number::<2>(self.file, list + entry)? as usize;
        Ok((offset != 0).then_some(self.at + offset))
    }

    fn i8(&self, index: usize) -> Result<i64> {
        self.field(index)?.map_or(Ok(0), |at| Ok(i64::from(number::<1>(self.file, at)? as u8 as i8)))
    }

    fn i32(&self, index: usize) -> Result<i64> {
        self.field(index)?.map_or(Ok(0), |at| Ok(i64::from(number::<4>(self.file, at)? as u32 as i32)))
    }

    fn u32(&self, index: usize) -> Result<u64> {
        self.field(index)?.map_or(Ok(0), |at| number::<4>(self.file, at))
    }

    fn follow(&self, at: usize) -> Result<usize> {
        Ok(at + number::<4>(self.file, at)? as usize)
    }

    fn table(&self, index: usize) -> Result<Option<Table<'a>>> {
        self.field(index)?.map(|at| Ok(Table { file: self.file, at: self.follow(at)? })).transpose()
    }

    /// Where a vector's items start, and how many they are.
    fn vector(&self, index: usize) -> Result<(usize, usize)> {
        let Some(at) = self.field(index)? else { return Ok((0, 0)) };
        let start = self.follow(at)?;
        Ok((start + 4, number::<4>(self.file, start)? as usize))
    }

    fn tables(&self, index: usize) -> Result<Vec<Table<'a>>> {
        let (start, count) = self.vector(index)?;
        (0..count).map(|i| Ok(Table { file: self.file, at: self.follow(start + 4 * i)? })).collect()
    }

    fn i32s(&self, index: usize) -> Result<Vec<i64>> {
        let (start, count) = self.vector(index)?;
        (0..count).map(|i| Ok(i64::from(number::<4>(self.file, start + 4 * i)? as u32 as i32))).collect()
    }

    fn bytes(&self, index: usize) -> Result<&'a [u8]> {
        let (start, count) = self.vector(index)?;
        Ok(self.file.get(start..start + count).ok_or("a buffer beyond the end of the file")?)
    }
}

/// A little-endian number of `N` bytes.
fn number<const N: usize>(file: &[u8], at: usize) -> Result<u64> {
    let bytes = file.get(at..).and_then(|rest| rest.get(..N)).ok_or("an offset beyond the end of the file")?;
    Ok(bytes.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_there_and_back() {
        for half in (0..0x7c00u16).chain(0x8000..0xfc00) {
            assert_eq!(to_half(from_half(half)), half);
        }
        assert_eq!((to_half(1.0), to_half(-2.0), to_half(1.0 + 1.0 / 2048.0)), (0x3c00, 0xc000, 0x3c00));
    }

    #[test]
    fn eight_bits_keep_what_an_output_needs() {
        // Two outputs of very different size, each with its own scale.
        let weights: Vec<f32> = (0..64).flat_map(|i| [(i - 32) as f32, (i as f32).sin() / 1000.0]).collect();
        let bytes = quantised(&weights, 2);
        assert_eq!((bytes[0], bytes.len()), (2, 1 + 8 + weights.len()));
        let scale = |o: usize| f32::from_le_bytes(bytes[1 + 4 * o..5 + 4 * o].try_into().unwrap());
        for (i, w) in weights.iter().enumerate() {
            let most = [32.0, 0.001][i % 2];
            let read = f32::from(bytes[9 + i] as i8) * scale(i % 2);
            assert!((read - w).abs() <= most / 127.0, "{i}: {w} became {read}");
        }
        assert_eq!(quantised(&[0.0, 0.0], 2)[9..], [0, 0]);
    }

    #[test]
    fn weights_are_transposed() {
        assert_eq!(transposed(&[2, 1, 1, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
        assert_eq!(packed(&[1.0, -2.0]), [1, 0x00, 0x3c, 0x00, 0xc0]);
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for bytes in [&b""[..], b"TFL3", b"\x10\0\0\0TFL3", b"\xff\xff\xff\x7fTFL3\0\0\0\0\0\0\0\0"] {
            assert!(to_kycm(bytes).is_err(), "{bytes:?}");
        }
    }
}
