//! Inference of small convolutional networks, and the `.kycm` file that carries one.
//!
//! - [`file`]: the byte layout, parsed as hostile input into a [`Model`] that can only be consistent.
//! - [`ops`]: the operators, on channels-last `f32`.
//!
//! A network is a list of operators; operator `i` makes tensor `i + 1`, tensor 0 is the input. Heights and widths are
//! free (each operator computes its output's from its input's); channels are fixed by the file.

mod file;
mod ops;

use crate::core::error::CoreError;

pub use ops::Tensor;

/// Most values that a tensor of a run may have: 64 MB as `f32`. No network of ours comes near it.
pub const MAX_TENSOR_VALUES: usize = 16_000_000;

/// A network with its weights, ready to run.
#[derive(Debug, Clone)]
pub struct Model {
    input_channels: usize,
    ops: Vec<ops::Op>,
    outputs: Vec<usize>,
}

impl Model {
    /// Reads a `.kycm` file (layout: see the source of `file`, which the training scripts follow).
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`] naming what does not fit.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CoreError> {
        file::parse(bytes)
    }

    /// Channels that the input must have.
    pub fn input_channels(&self) -> usize {
        self.input_channels
    }

    /// Channels of each declared output.
    pub fn output_channels(&self) -> Vec<usize> {
        self.outputs.iter().map(|&id| if id == 0 { self.input_channels } else { self.ops[id - 1].channels }).collect()
    }

    /// Runs the network; the outputs come in the order that the file declares.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`] where the input has other channels than the network, is too small for one of its
    /// windows, or makes a tensor of more than [`MAX_TENSOR_VALUES`].
    pub fn run(&self, input: Tensor) -> Result<Vec<Tensor>, CoreError> {
        if input.channels != self.input_channels {
            return Err(CoreError::InvalidModel {
                reason: format!("the input has {} channels, the network takes {}", input.channels, self.input_channels),
            });
        }
        let mut last_use = vec![0usize; self.ops.len() + 1];
        for (i, op) in self.ops.iter().enumerate() {
            for id in op.inputs() {
                last_use[id] = i;
            }
        }
        for &id in &self.outputs {
            last_use[id] = usize::MAX;
        }
        let mut tensors: Vec<Option<Tensor>> = vec![None; self.ops.len() + 1];
        tensors[0] = Some(input);
        for (i, op) in self.ops.iter().enumerate() {
            let made = op.run(|id| tensors[id].as_ref())?;
            tensors[i + 1] = Some(made);
            for id in op.inputs() {
                if last_use[id] == i {
                    tensors[id] = None;
                }
            }
        }
        Ok(self.outputs.iter().filter_map(|&id| tensors[id].clone()).collect())
    }
}

#[cfg(test)]
mod tests;
