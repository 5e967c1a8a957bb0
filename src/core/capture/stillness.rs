//! Whether what a camera shows has moved, by its pixels.

use crate::frame::Frame;
use crate::geometry::Rect;
use crate::liveness::luma_at_pixel;

/// Cells along the longer side of a frame.
const CELLS: usize = 80;

/// Samples of a cell along each axis.
const SAMPLES: usize = 4;

/// Minimum mean gradient of the cells, grey levels a cell: below it a movement does not show.
const MIN_GRADIENT: f32 = 1.5;

/// Mean luma of the square cells of a frame.
pub(super) struct CellGrid {
    columns: usize,
    rows: usize,
    /// Side of a cell, pixels.
    side: f32,
    cells: Vec<f32>,
}

impl CellGrid {
    /// Averages the cells of a frame.
    pub(super) fn of(frame: &Frame<'_>) -> Self {
        let side = (frame.width().max(frame.height()) as f32 / CELLS as f32).max(1.0);
        let (columns, rows) = ((frame.width() as f32 / side) as usize, (frame.height() as f32 / side) as usize);
        let at = |cell: usize, sample: usize, size: usize| {
            let position = (cell as f32 + (sample as f32 + 0.5) / SAMPLES as f32) * side;
            (position as usize).min(size - 1)
        };
        let mut cells = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let mut sum = 0.0;
                for y in 0..SAMPLES {
                    for x in 0..SAMPLES {
                        let (x, y) = (at(column, x, frame.width()), at(row, y, frame.height()));
                        sum += luma_at_pixel(frame, x, y);
                    }
                }
                cells.push(sum / (SAMPLES * SAMPLES) as f32);
            }
        }
        Self { columns, rows, side, cells }
    }

    /// Returns the mean displacement inside `bounds` since another frame, pixels, by normal flow: the change of the
    /// luma over its gradient (Horn and Schunck, 1981). A displacement of more than a cell is reported too small, and
    /// noise makes one too large. `None` if the frames differ in size, or show too little to tell.
    pub(super) fn displacement_since(&self, before: &Self, bounds: Rect) -> Option<f32> {
        if (self.columns, self.rows) != (before.columns, before.rows) {
            return None;
        }
        let range = |start: f32, length: f32, cells: usize| {
            let from = ((start / self.side).max(1.0) as usize).min(cells);
            from..(((start + length) / self.side).max(0.0) as usize).min(cells.saturating_sub(1))
        };
        let mut gradient = 0.0;
        let mut changes = Vec::new();
        for row in range(bounds.y, bounds.height, self.rows) {
            for column in range(bounds.x, bounds.width, self.columns) {
                let i = row * self.columns + column;
                let across = (self.cells[i + 1] - self.cells[i - 1]) / 2.0;
                let down = (self.cells[i + self.columns] - self.cells[i - self.columns]) / 2.0;
                gradient += across.hypot(down);
                changes.push(self.cells[i] - before.cells[i]);
            }
        }
        let count = changes.len();
        if count == 0 || gradient / (count as f32) < MIN_GRADIENT {
            return None;
        }
        // What grows lighter or darker as a whole has not moved.
        let mean = changes.iter().sum::<f32>() / count as f32;
        let change: f32 = changes.iter().map(|c| (c - mean).abs()).sum();
        Some(change / gradient * self.side)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (usize, usize) = (640, 480);

    /// A textured image, displaced by so many pixels and lighter by so much.
    fn grid(shift: f32, lighter: f32) -> CellGrid {
        let value = |x: f32, y: f32| 120.0 + lighter + 50.0 * (x * 0.08).sin() * (y * 0.06).cos();
        let pixels: Vec<u8> =
            (0..SIZE.0 * SIZE.1).map(|i| value((i % SIZE.0) as f32 - shift, (i / SIZE.0) as f32) as u8).collect();
        CellGrid::of(&Frame::luma(&pixels, SIZE.0 as u32, SIZE.1 as u32).unwrap())
    }

    const BOUNDS: Rect = Rect { x: 100.0, y: 80.0, width: 440.0, height: 320.0 };

    #[test]
    fn measures_a_displacement_of_less_than_a_cell() {
        for shift in [1.0, 2.0, 4.0] {
            let found = grid(shift, 0.0).displacement_since(&grid(0.0, 0.0), BOUNDS).unwrap();
            // Only the component along the gradient shows.
            assert!((0.4 * shift..=1.2 * shift).contains(&found), "{found} of {shift}");
        }
        assert!(grid(14.0, 0.0).displacement_since(&grid(0.0, 0.0), BOUNDS).unwrap() > 4.0);
    }

    #[test]
    fn a_light_that_changes_is_no_movement() {
        let found = grid(0.0, 20.0).displacement_since(&grid(0.0, 0.0), BOUNDS).unwrap();
        assert!(found < 0.2, "{found}");
    }

    #[test]
    fn says_nothing_without_texture_or_of_another_size() {
        let plain = CellGrid::of(&Frame::luma(&[90; 640 * 480], 640, 480).unwrap());
        assert_eq!(plain.displacement_since(&plain, BOUNDS), None);
        let small = CellGrid::of(&Frame::luma(&[90; 320 * 200], 320, 200).unwrap());
        assert_eq!(grid(0.0, 0.0).displacement_since(&small, BOUNDS), None);
        let outside = Rect { x: -50.0, y: -50.0, width: 20.0, height: 900.0 };
        assert_eq!(grid(0.0, 0.0).displacement_since(&grid(0.0, 0.0), outside), None);
    }
}
