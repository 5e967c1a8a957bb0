//! `.kycm` files: weights that a page loads from anywhere.

use kyc_capture::core::model::{Model, Tensor};

use super::{Target, no_repair};
use crate::memory;

pub(super) const TARGET: Target = Target {
    name: "weights",
    weight: 6,
    max_len: 4_096,
    keep_len: 600,
    words: &[
        b"KYCM",
        b"\x01\0\0\0",
        b"\xff\xff",
        b"\x01\x02",
        b"\x02\x01",
        b"\0\0\x80\x3f",
        b"\0\0\xc0\x7f",
        b"\0\x10",
    ],
    seeds,
    repair: no_repair,
    execute,
};

/// Memory of a parsed file: the weights unpacked to `f32` and padded for vectors.
const MEMORY_PER_BYTE: usize = 64;
const MEMORY_FIXED: usize = 1 << 20;
/// Side of the image on which an accepted network runs, pixels.
const SIDE: usize = 6;
/// Values of the largest tensor of a run here: a larger network is not run, which would be slow, not wrong.
const CHANNELS_MAX: usize = 64;

struct File(Vec<u8>);

impl File {
    fn new(channels: u32, operators: u32) -> Self {
        let mut file = b"KYCM".to_vec();
        for number in [1, channels, operators] {
            file.extend(number.to_le_bytes());
        }
        Self(file)
    }

    fn operator(mut self, kind: u8, activation: u8, first: u16, second: u16) -> Self {
        self.0.extend([kind, activation]);
        self.words(&[first, second])
    }

    fn words(mut self, words: &[u16]) -> Self {
        self.0.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        self
    }

    fn weights(mut self, kind: u8, count: usize, outputs: usize) -> Self {
        self.0.push(kind);
        if kind == 2 {
            self = self.floats(outputs);
        }
        let size = [4, 2, 1][usize::from(kind)];
        self.0.extend((0..count * size).map(|i| if size == 1 { i as u8 } else { 0 }));
        self
    }

    fn floats(mut self, count: usize) -> Self {
        self.0.extend((0..count).flat_map(|i| (0.5 + i as f32).to_le_bytes()));
        self
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for weights in 0..3 {
        let conv = File::new(2, 1).operator(1, 1, 0, 0xffff).words(&[3, 3, 1, 1, 1, 1, 1, 1, 4]);
        out.push(conv.weights(weights, 9 * 2 * 4, 4).floats(4).words(&[1, 1]).0);
        let depthwise = File::new(2, 1).operator(2, 2, 0, 0xffff).words(&[3, 3, 2, 2, 1, 1, 1, 1, 2]);
        out.push(depthwise.weights(weights, 9 * 2, 2).floats(2).floats(2).words(&[1, 1]).0);
    }
    let pool = File::new(3, 2).operator(3, 0, 0, 0xffff).words(&[2, 2, 2, 2, 0, 0, 0, 0]);
    out.push(pool.operator(4, 1, 1, 1).words(&[2, 2, 0]).0);
    let pad = File::new(1, 2).operator(5, 0, 0, 0xffff).words(&[3]);
    out.push(pad.operator(6, 0, 1, 0xffff).words(&[1, 2]).0);
    out
}

fn execute(input: &[u8]) {
    let (model, peak) = memory::peak_of(|| Model::from_bytes(input));
    assert!(peak <= MEMORY_FIXED + MEMORY_PER_BYTE * input.len(), "{peak} bytes for a file of {}", input.len());
    let Ok(model) = model else { return };
    let channels = model.input_channels();
    let widths = model.output_channels();
    if channels > CHANNELS_MAX || widths.iter().any(|width| *width > 4 * CHANNELS_MAX) || input.len() > 2_000 {
        return;
    }
    let data = (0..SIDE * SIDE * channels).map(|i| (i % 17) as f32 / 8.0 - 1.0).collect();
    let wrong = Tensor { height: SIDE, width: SIDE, channels: channels + 1, data: vec![0.0; 4] };
    assert!(model.run(wrong).is_err(), "a tensor of other channels is refused");
    let Ok(outputs) = model.run(Tensor { height: SIDE, width: SIDE, channels, data }) else { return };
    assert_eq!(outputs.len(), widths.len());
    for (output, width) in outputs.iter().zip(widths) {
        assert_eq!(output.channels, width);
        assert_eq!(output.data.len(), output.height * output.width * output.channels);
        assert!(!output.data.is_empty());
    }
}
