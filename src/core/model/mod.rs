//! Inference of small convolutional networks, and the `.kycm` file format.
//!
//! A network is a list of operators; operator `i` computes tensor `i + 1`, tensor 0 is the input. Tensors are `f32` in
//! rows, columns, channels (NHWC with one image). Heights and widths are free: each operator computes its output's from
//! its input's. The file determines the channels.
//!
//! # File format
//! Little endian, without padding or alignment:
//!
//! ```text
//! "KYCM"  u32 version = 1  u32 input channels  u32 number of operators
//! operator:
//!   u8 kind: 1 conv2d, 2 depthwise conv2d, 3 max pool, 4 add, 5 pad channels with zeros, 6 mean over height
//!   u8 activation: 0 none, 1 relu, 2 prelu (one slope a channel)
//!   u16 first input   u16 second input (add only, else 0xffff)
//!   kinds 1, 2, 3: u16 kernel height, kernel width, stride down, stride right, pad top, bottom, left, right
//!   kinds 1, 2, 5: u16 output channels
//!   kinds 1, 2:    u8 weight type: 0 f32, 1 f16, 2 i8
//!                  i8 only: f32 scale of each output channel (weight = scale * i8)
//!                  weights: conv2d [kernel height][kernel width][input channel][output channel],
//!                           depthwise [kernel height][kernel width][output channel]
//!                  f32 bias of each output channel
//!   activation 2:  f32 slope of each output channel
//! u16 number of outputs, u16 tensor of each (no tensor twice)
//! ```
//!
//! A depthwise convolution may have a multiple of the input's channels: output channel `c` then reads input channel
//! `c / multiple`. Convolutions pad with zeros, max pools with negative infinity; each border is narrower than the
//! kernel. An output's size is `(size + borders - kernel) / stride + 1`, rounded down. The activation is applied last,
//! including after an addition. `training/kycm.py` writes such files.

mod dot;
mod file;
mod ops;

use crate::error::CoreError;

use ops::{Graph, invalid};

pub use ops::Tensor;

/// Maximum number of values in all live tensors of a run: 128 MB as `f32`.
pub const MAX_LIVE_VALUES: u64 = 32_000_000;

/// Maximum multiplications (or comparisons) of a run: a few seconds.
pub const MAX_RUN_COST: u64 = 10_000_000_000;

/// A network with its weights, ready to run. Always consistent.
#[derive(Debug, Clone)]
pub struct Model {
    graph: Graph,
}

impl Model {
    /// Parses a `.kycm` file. The input is untrusted.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`] naming what does not fit.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CoreError> {
        Ok(Self { graph: file::parse(bytes)? })
    }

    /// Returns the channels of the input.
    pub fn input_channels(&self) -> usize {
        self.graph.input_channels
    }

    /// Returns the channels of each declared output.
    pub fn output_channels(&self) -> Vec<usize> {
        self.graph
            .outputs
            .iter()
            .map(|&id| if id == 0 { self.graph.input_channels } else { self.graph.ops[id - 1].channels })
            .collect()
    }

    /// Runs the network. Returns the outputs in the order of the file.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`] if the input's channels differ from the network's, its values do not match its size,
    /// it is smaller than a window, or the run would exceed [`MAX_LIVE_VALUES`] or [`MAX_RUN_COST`].
    pub fn run(&self, input: Tensor) -> Result<Vec<Tensor>, CoreError> {
        if input.channels != self.graph.input_channels {
            return Err(invalid(format!(
                "the input has {} channels, the network takes {}",
                input.channels, self.graph.input_channels
            )));
        }
        let values = input.height.checked_mul(input.width).and_then(|n| n.checked_mul(input.channels));
        if values != Some(input.data.len()) || input.data.is_empty() {
            return Err(invalid("the number of the input's values does not match its size"));
        }
        let last_use = self.last_uses();
        self.check_run(input.height, input.width, &last_use)?;
        let mut tensors: Vec<Option<Tensor>> = vec![None; self.graph.ops.len() + 1];
        tensors[0] = Some(input);
        for (i, op) in self.graph.ops.iter().enumerate() {
            let made = op.run(|id| tensors[id].as_ref())?;
            tensors[i + 1] = Some(made);
            for id in op.inputs() {
                if last_use[id] == i {
                    tensors[id] = None;
                }
            }
        }
        Ok(self.graph.outputs.iter().filter_map(|&id| tensors[id].take()).collect())
    }

    /// Returns the last operator that reads each tensor; never for outputs.
    fn last_uses(&self) -> Vec<usize> {
        let mut last_use = vec![0; self.graph.ops.len() + 1];
        for (i, op) in self.graph.ops.iter().enumerate() {
            for id in op.inputs() {
                last_use[id] = i;
            }
        }
        for &id in &self.graph.outputs {
            last_use[id] = usize::MAX;
        }
        last_use
    }

    /// Checks memory and work of a run, before anything is allocated.
    fn check_run(&self, height: usize, width: usize, last_use: &[usize]) -> Result<(), CoreError> {
        let mut sizes = vec![ops::Size { height, width, channels: self.graph.input_channels }];
        let (mut live, mut cost) = (sizes[0].values(), 0u64);
        for (i, op) in self.graph.ops.iter().enumerate() {
            let plan = op.plan(|id| sizes[id])?;
            live = live.saturating_add(plan.output.values());
            cost = cost.saturating_add(plan.cost);
            if live.saturating_add(plan.scratch) > MAX_LIVE_VALUES || cost > MAX_RUN_COST {
                return Err(invalid(format!("an input of {width}x{height} exceeds the limits of memory or work")));
            }
            sizes.push(plan.output);
            for (k, id) in op.inputs().enumerate() {
                // A tensor added to itself is freed once.
                if last_use[id] == i && (k == 0 || id != op.input) {
                    live = live.saturating_sub(sizes[id].values());
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
