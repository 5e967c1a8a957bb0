//! Smooths the displayed outline over frames: still while the document is still, immediate when it moves, and kept
//! over short gaps. Checks use the outline of each frame.

use crate::geometry::Quad;

/// The parameters of the smoothing.
struct SmoothingParams {
    /// Displacement below which the outline is smoothed, as a fraction of the diagonal.
    still: f32,
    /// Displacement from which the outline jumps, as a fraction of the diagonal.
    jump: f32,
    /// Least weight of a new frame.
    min_weight: f32,
    /// Frames without an outline over which the last one is kept.
    grace: u32,
}

const PARAMS: SmoothingParams = SmoothingParams { still: 0.004, jump: 0.06, min_weight: 0.2, grace: 2 };

/// What is shown.
#[derive(Debug, Clone, Default)]
pub struct OutlineTracker {
    shown: Option<Quad>,
    missed: u32,
}

impl OutlineTracker {
    /// Processes the outline of a frame and returns the one to display.
    pub fn push(&mut self, found: Option<Quad>) -> Option<Quad> {
        let Some(found) = found else {
            self.missed += 1;
            if self.missed > PARAMS.grace {
                self.shown = None;
            }
            return self.shown;
        };
        self.missed = 0;
        let shown = match self.shown {
            None => found,
            Some(before) => smooth(&before, &found),
        };
        self.shown = Some(shown);
        self.shown
    }
}

/// Returns the new outline, starting at the corner nearest to the first corner before, and smoothed by its
/// displacement.
fn smooth(before: &Quad, found: &Quad) -> Quad {
    let turned = |by: usize| {
        let mut corners = found.0;
        corners.rotate_left(by);
        Quad(corners)
    };
    let max_displacement = |quad: &Quad| (0..4).map(|i| quad.0[i].distance(before.0[i])).fold(0.0, f32::max);
    let nearest =
        (0..4).map(turned).min_by(|a, b| max_displacement(a).total_cmp(&max_displacement(b))).unwrap_or(*found);
    let moved = max_displacement(&nearest) / before.0[0].distance(before.0[2]).max(1.0);
    if moved >= PARAMS.jump {
        return *found;
    }
    let weight = (moved / PARAMS.still * PARAMS.min_weight).clamp(PARAMS.min_weight, 1.0);
    let mut corners = nearest.0;
    for (corner, old) in corners.iter_mut().zip(before.0) {
        *corner = old.lerp(*corner, weight);
    }
    Quad(corners)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Point, Rect};

    fn at(x: f32, y: f32) -> Quad {
        Quad::from_rect(Rect { x, y, width: 800.0, height: 500.0 })
    }

    #[test]
    fn smooths_jitter() {
        let mut tracker = OutlineTracker::default();
        tracker.push(Some(at(100.0, 80.0)));
        let mut max_step = 0f32;
        let mut before = tracker.push(Some(at(100.0, 80.0))).unwrap();
        for i in 0..40 {
            let off = if i % 2 == 0 { 1.5 } else { -1.5 };
            let now = tracker.push(Some(at(100.0 + off, 80.0 - off))).unwrap();
            max_step = max_step.max(now.0[0].distance(before.0[0]));
            before = now;
        }
        assert!(max_step < 1.0, "{max_step}");
    }

    #[test]
    fn follows_motion_and_bridges_gaps() {
        let mut tracker = OutlineTracker::default();
        tracker.push(Some(at(100.0, 80.0)));
        let moved = tracker.push(Some(at(120.0, 80.0))).unwrap();
        assert_eq!(moved.0[0], Point::new(120.0, 80.0));
        let far = tracker.push(Some(at(400.0, 300.0))).unwrap();
        assert_eq!(far.0[0], Point::new(400.0, 300.0));
        assert_eq!(tracker.push(None), Some(far));
        assert_eq!(tracker.push(None), Some(far));
        assert_eq!(tracker.push(None), None);
    }

    #[test]
    fn keeps_first_corner_when_order_changes() {
        let mut tracker = OutlineTracker::default();
        let first = tracker.push(Some(at(100.0, 80.0))).unwrap();
        let mut other = at(100.5, 80.0);
        other.0.rotate_left(2);
        let now = tracker.push(Some(other)).unwrap();
        assert!((0..4).all(|i| now.0[i].distance(first.0[i]) < 1.0), "{now:?}");
    }
}
