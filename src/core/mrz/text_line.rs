//! A text line in an image, as a parabola because pages are curved.

use crate::geometry::{Point, Quad};

/// A line through the middle of the capitals, from left to right of the text, px of the image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextLine {
    /// Middle of the first capital, or slightly before it.
    pub start: Point,
    /// Middle of the last capital, or slightly after it.
    pub end: Point,
    /// Sagitta: offset of the curve below its chord at the middle, px.
    pub sagitta: f32,
    /// Cap height, px.
    pub cap_height: f32,
}

impl TextLine {
    /// Returns the length of the chord, px.
    pub fn length(&self) -> f32 {
        self.start.distance(self.end)
    }

    /// Returns the unit vector from start to end.
    pub fn direction(&self) -> Point {
        let length = self.length().max(1e-6);
        Point::new((self.end.x - self.start.x) / length, (self.end.y - self.start.y) / length)
    }

    /// Returns the point at share `t` of the length, and `down` px below the line (a quarter turn clockwise from its
    /// direction).
    pub fn at(&self, t: f32, down: f32) -> Point {
        let d = self.direction();
        let p = self.start.lerp(self.end, t);
        let down = down + 4.0 * self.sagitta * t * (1.0 - t);
        Point::new(p.x - d.y * down, p.y + d.x * down)
    }

    /// Returns the middle of the curve.
    pub fn middle(&self) -> Point {
        self.at(0.5, 0.0)
    }

    /// Returns the line read from the other end.
    pub fn reversed(&self) -> Self {
        Self { start: self.end, end: self.start, sagitta: -self.sagitta, ..*self }
    }

    /// Returns the line moved down by a number of cap heights.
    pub fn offset_by(&self, cap_heights: f32) -> Self {
        let d = self.direction();
        let down = cap_heights * self.cap_height;
        let moved = |p: Point| Point::new(p.x - d.y * down, p.y + d.x * down);
        Self { start: moved(self.start), end: moved(self.end), ..*self }
    }

    /// Extends the curve by px at its start and end.
    pub fn extended(&self, before: f32, after: f32) -> Self {
        let length = self.length().max(1e-6);
        self.part(-before / length, 1.0 + after / length)
    }

    /// Returns the curve between two shares of the length.
    pub fn part(&self, first: f32, last: f32) -> Self {
        let (start, middle, end) = (self.at(first, 0.0), self.at((first + last) / 2.0, 0.0), self.at(last, 0.0));
        let straight = Self { start, end, sagitta: 0.0, ..*self };
        Self { sagitta: straight.beside(middle).1, ..straight }
    }

    /// Returns whether the ends of another line in the same direction are within a number of cap heights.
    pub fn is_near(&self, other: &Self, cap_heights: f32) -> bool {
        let near = cap_heights * self.cap_height.max(other.cap_height);
        self.start.distance(other.start) < near && self.end.distance(other.end) < near
    }

    /// Returns the coordinates of a point: px along the chord from its start, and below it.
    pub fn beside(&self, p: Point) -> (f32, f32) {
        let d = self.direction();
        let (dx, dy) = (p.x - self.start.x, p.y - self.start.y);
        (dx * d.x + dy * d.y, dy * d.x - dx * d.y)
    }

    /// Returns the offset from the middle of this line to that of another: px along it and below it.
    pub fn offset(&self, other: &Self) -> (f32, f32) {
        let (mine, theirs) = (self.beside(self.middle()), self.beside(other.middle()));
        (theirs.0 - mine.0, theirs.1 - mine.1)
    }

    /// Returns the corners around the capitals.
    pub fn quad(&self) -> Quad {
        let half = self.cap_height / 2.0;
        Quad([self.at(0.0, -half), self.at(1.0, -half), self.at(1.0, half), self.at(0.0, half)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bent() -> TextLine {
        TextLine { start: Point::new(10.0, 50.0), end: Point::new(110.0, 50.0), sagitta: 8.0, cap_height: 6.0 }
    }

    #[test]
    fn sagitta_is_the_offset_at_the_middle() {
        assert_eq!(bent().middle(), Point::new(60.0, 58.0));
        assert_eq!(bent().reversed().middle(), Point::new(60.0, 58.0));
        assert_eq!(bent().offset_by(2.0).middle(), Point::new(60.0, 70.0));
    }

    #[test]
    fn extending_preserves_the_curve() {
        let line = bent();
        let longer = line.extended(20.0, 10.0);
        for x in [10.0, 40.0, 60.0, 100.0, 110.0] {
            let expected = line.at((x - 10.0) / 100.0, 0.0);
            // The new chord is slightly rotated: nearest point.
            let nearest = (0..=1000)
                .map(|i| longer.at(i as f32 / 1000.0, 0.0))
                .min_by(|a, b| a.distance(expected).total_cmp(&b.distance(expected)))
                .unwrap();
            assert!(nearest.distance(expected) < 0.4, "{expected:?}: {nearest:?}");
        }
    }

    #[test]
    fn offsets_are_relative_to_the_line() {
        let (along, down) = bent().offset(&bent().offset_by(3.0));
        assert!(along.abs() < 1e-4 && (down - 18.0).abs() < 1e-4);
    }
}
