//! The face recognition network of dlib, as face-api.js published it for TensorFlow.js (a manifest of named weights and
//! their bytes one after the other), as a `.kycm` file (layout: the docs of `kyc_capture::core::model`).
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "reads files whose hashes are known"
)]

use std::collections::HashMap;

use serde_json::Value;

use crate::sh::Result;
use crate::tflite::to_half;

const MANIFEST: &str = "the weights' manifest";

/// Converts the network. What the engine lacks is said with what it has: means and borders of zeros are depthwise
/// convolutions with fixed weights, the last matrix is a convolution of one place.
pub(crate) fn to_kycm(manifest: &[u8], weights: &[u8]) -> Result<Vec<u8>> {
    let weights = Weights::read(&serde_json::from_slice(manifest)?, weights)?;
    let mut net = Writer::default();
    let mut x = net.convolution(0, &weights.layer("conv32_down")?, Window::square(7, 2, [0; 2]), true);
    x = net.max_pool(x, Window::square(3, 2, [0; 2]));
    // The side of what each block makes, from a face of 150 pixels on.
    let blocks: [(&str, usize); 14] = [
        ("conv32_1", 35),
        ("conv32_2", 35),
        ("conv32_3", 35),
        ("conv64_down", 17),
        ("conv64_1", 17),
        ("conv64_2", 17),
        ("conv64_3", 17),
        ("conv128_down", 8),
        ("conv128_1", 8),
        ("conv128_2", 8),
        ("conv256_down", 4),
        ("conv256_1", 4),
        ("conv256_2", 4),
        ("conv256_down_out", 2),
    ];
    let mut channels = 32;
    let mut side = 35;
    for (name, made) in blocks {
        let [first, second] = [weights.layer(&format!("{name}/conv1"))?, weights.layer(&format!("{name}/conv2"))?];
        let around = Window::square(3, 1, [1, 1]);
        if made == side {
            let y = net.convolution(x, &first, around, true);
            let y = net.convolution(y, &second, around, false);
            x = net.add(y, x);
            continue;
        }
        let y = net.convolution(x, &first, Window::square(3, 2, [0; 2]), true);
        let mut y = net.convolution(y, &second, around, false);
        // Halving by a window of 3 gives one place less than halving by the mean of 2 × 2: zeros take its place.
        if (side - 3) / 2 + 1 < made {
            y = net.with_zeros_below_and_right(y, second.outputs);
        }
        let mut mean = net.mean_of_four(x, channels);
        if second.outputs > channels {
            mean = net.pad_channels(mean, second.outputs);
        }
        x = net.add(mean, y);
        (channels, side) = (second.outputs, made);
    }
    x = net.mean_of_four(x, channels);
    let last = weights.of("fc")?;
    let outputs = *last.shape.get(1).ok_or("the last matrix has no columns")?;
    let all = Layer { outputs, weights: last.values.clone(), bias: vec![0.0; outputs] };
    x = net.convolution(x, &all, Window::square(1, 1, [0; 2]), false);
    Ok(net.file(3, x))
}

/// A convolution with the scaling that follows it.
struct Layer {
    outputs: usize,
    /// Kernel rows, columns, inputs, outputs.
    weights: Vec<f32>,
    bias: Vec<f32>,
}

struct Weights(HashMap<String, Constant>);

struct Constant {
    shape: Vec<usize>,
    values: Vec<f32>,
}

impl Weights {
    /// Each weight is of 32 bits, or of 8 with a scale and a least value of its own.
    fn read(manifest: &Value, bytes: &[u8]) -> Result<Self> {
        let list = manifest.pointer("/0/weights").and_then(Value::as_array).ok_or(MANIFEST)?;
        let mut at = 0;
        let mut found = HashMap::new();
        for weight in list {
            let name = weight["name"].as_str().ok_or(MANIFEST)?;
            let numbers = weight["shape"].as_array().ok_or(MANIFEST)?;
            let shape: Vec<usize> = numbers.iter().filter_map(|n| n.as_u64().map(|n| n as usize)).collect();
            let count: usize = shape.iter().product();
            let quantization = &weight["quantization"];
            let size = if quantization.is_null() { 4 * count } else { count };
            let part = bytes.get(at..at + size).ok_or_else(|| format!("the weights end before those of {name}"))?;
            at += size;
            let values = if quantization.is_null() {
                part.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
            } else {
                let number = |key: &str| quantization[key].as_f64().ok_or(MANIFEST);
                let (scale, least) = (number("scale")?, number("min")?);
                if quantization["dtype"] != "uint8" {
                    return Err(format!("{name} is of type {}", quantization["dtype"]).into());
                }
                part.iter().map(|&b| (f64::from(b) * scale + least) as f32).collect()
            };
            found.insert(name.to_string(), Constant { shape, values });
        }
        if at != bytes.len() {
            return Err(format!("{} bytes follow the weights", bytes.len() - at).into());
        }
        Ok(Self(found))
    }

    fn of(&self, name: &str) -> Result<&Constant> {
        self.0.get(name).ok_or_else(|| format!("the network has no {name}").into())
    }

    fn layer(&self, name: &str) -> Result<Layer> {
        let of = |part: &str| self.of(&format!("{name}/{part}"));
        let (filters, bias) = (of("conv/filters")?, of("conv/bias")?);
        let (scale, shift) = (&of("scale/weights")?.values, &of("scale/biases")?.values);
        let outputs = bias.values.len();
        if filters.shape.last() != Some(&outputs) || scale.len() != outputs || shift.len() != outputs {
            return Err(format!("{name} has parts of different lengths").into());
        }
        Ok(Layer {
            outputs,
            weights: filters.values.iter().enumerate().map(|(i, w)| w * scale[i % outputs]).collect(),
            bias: (0..outputs).map(|o| bias.values[o] * scale[o] + shift[o]).collect(),
        })
    }
}

#[derive(Clone, Copy)]
struct Window {
    kernel: usize,
    stride: usize,
    /// Above and to the left, below and to the right.
    borders: [usize; 2],
}

impl Window {
    fn square(kernel: usize, stride: usize, borders: [usize; 2]) -> Self {
        Self { kernel, stride, borders }
    }

    fn bytes(self) -> Vec<u8> {
        let [before, after] = self.borders;
        u16s(&[self.kernel, self.kernel, self.stride, self.stride, before, after, before, after])
    }
}

/// The operators of a `.kycm` file; each gives the tensor that it makes.
#[derive(Default)]
struct Writer {
    operators: Vec<u8>,
    count: u16,
}

const NONE: u16 = 0xffff;
/// Kinds of operators.
const CONVOLUTION: u8 = 1;
const DEPTHWISE: u8 = 2;
const MAX_POOL: u8 = 3;
const ADD: u8 = 4;
const PAD: u8 = 5;

impl Writer {
    fn operator(&mut self, kind: u8, relu: bool, inputs: [u16; 2], body: &[u8]) -> u16 {
        self.operators.extend([kind, u8::from(relu)]);
        self.operators.extend(inputs.iter().flat_map(|id| id.to_le_bytes()));
        self.operators.extend(body);
        self.count += 1;
        self.count
    }

    fn convolution(&mut self, x: u16, layer: &Layer, window: Window, relu: bool) -> u16 {
        self.operator(CONVOLUTION, relu, [x, NONE], &weighted(window, layer.outputs, &layer.weights, &layer.bias))
    }

    /// One weight for each place of the window, the same in every channel.
    fn depthwise(&mut self, x: u16, channels: usize, window: Window, taps: &[f32]) -> u16 {
        let weights: Vec<f32> = taps.iter().flat_map(|&tap| std::iter::repeat_n(tap, channels)).collect();
        self.operator(DEPTHWISE, false, [x, NONE], &weighted(window, channels, &weights, &vec![0.0; channels]))
    }

    fn mean_of_four(&mut self, x: u16, channels: usize) -> u16 {
        self.depthwise(x, channels, Window::square(2, 2, [0; 2]), &[0.25; 4])
    }

    /// A row and a column of zeros at the end: a window of 2 × 2 over borders of 1 has one place more than its input on
    /// each axis, and its last place is the input's own.
    fn with_zeros_below_and_right(&mut self, x: u16, channels: usize) -> u16 {
        self.depthwise(x, channels, Window::square(2, 1, [1, 1]), &[0.0, 0.0, 0.0, 1.0])
    }

    fn max_pool(&mut self, x: u16, window: Window) -> u16 {
        self.operator(MAX_POOL, false, [x, NONE], &window.bytes())
    }

    fn pad_channels(&mut self, x: u16, channels: usize) -> u16 {
        self.operator(PAD, false, [x, NONE], &u16s(&[channels]))
    }

    fn add(&mut self, a: u16, b: u16) -> u16 {
        self.operator(ADD, true, [a, b], &[])
    }

    fn file(&self, input_channels: u32, output: u16) -> Vec<u8> {
        let mut bytes = b"KYCM".to_vec();
        for n in [1, input_channels, u32::from(self.count)] {
            bytes.extend(n.to_le_bytes());
        }
        bytes.extend(&self.operators);
        bytes.extend(u16s(&[1, usize::from(output)]));
        bytes
    }
}

/// What follows the head of a convolution. Half precision is finer than the 8 bits in which most weights were
/// published.
fn weighted(window: Window, outputs: usize, weights: &[f32], bias: &[f32]) -> Vec<u8> {
    let mut body = window.bytes();
    body.extend(u16s(&[outputs]));
    body.push(1);
    body.extend(weights.iter().flat_map(|&w| to_half(w).to_le_bytes()));
    body.extend(bias.iter().flat_map(|b| b.to_le_bytes()));
    body
}

fn u16s(values: &[usize]) -> Vec<u8> {
    values.iter().flat_map(|&v| (v as u16).to_le_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_as_the_manifest_says() {
        let manifest = r#"[{"weights":[
            {"name":"l/conv/filters","shape":[1,1,1,2],"quantization":{"dtype":"uint8","scale":0.5,"min":-1}},
            {"name":"l/conv/bias","shape":[2]},
            {"name":"l/scale/weights","shape":[2]},
            {"name":"l/scale/biases","shape":[2]}]}]"#;
        let manifest: Value = serde_json::from_str(manifest).unwrap();
        let floats = [1.0f32, 2.0, 3.0, 4.0, 0.5, -0.5];
        let bytes: Vec<u8> = [4, 0].into_iter().chain(floats.iter().flat_map(|v| v.to_le_bytes())).collect();
        let layer = Weights::read(&manifest, &bytes).unwrap().layer("l").unwrap();
        assert_eq!((layer.outputs, layer.weights, layer.bias), (2, vec![3.0, -4.0], vec![3.5, 7.5]));
        for cut in [bytes.len() - 1, 0] {
            assert!(Weights::read(&manifest, &bytes[..cut]).is_err(), "{cut}");
        }
        assert!(Weights::read(&manifest, &[&bytes[..], &[0]].concat()).is_err());
        assert!(to_kycm(b"[]", b"").is_err() && to_kycm(b"", b"").is_err());
    }
}
