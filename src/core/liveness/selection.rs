//! Which frames of a stream are kept: the best ones, apart in time.

/// A choice under way over items of `T`: at most so many, none closer in time to another than the gap.
#[derive(Debug, Clone)]
pub struct Selection<T> {
    wanted: usize,
    gap_ms: f64,
    kept: Vec<Kept<T>>,
}

/// A frame that is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept<T> {
    /// When it was taken.
    pub at_ms: f64,
    /// What it is worth; more is better.
    pub score: f32,
    /// The candidate itself.
    pub item: T,
}

impl<T> Selection<T> {
    /// At most `wanted` (at least 1), `gap_ms` apart.
    pub fn new(wanted: usize, gap_ms: f64) -> Self {
        Self { wanted: wanted.max(1), gap_ms, kept: Vec::new() }
    }

    /// Offers a frame; `make` copies it, and is called only where the frame is kept. A frame that is better than all of
    /// those it is too close to takes their place; one in a free moment takes a free place, or that of the worst.
    pub fn offer(&mut self, at_ms: f64, score: f32, make: impl FnOnce(Option<T>) -> Option<T>) {
        let near = |kept: &Kept<T>| (kept.at_ms - at_ms).abs() < self.gap_ms;
        let mut out: Vec<usize> = (0..self.kept.len()).filter(|i| near(&self.kept[*i])).collect();
        if out.is_empty() && self.kept.len() >= self.wanted {
            out.extend((0..self.kept.len()).min_by(|a, b| self.kept[*a].score.total_cmp(&self.kept[*b].score)));
        }
        if out.iter().any(|i| self.kept[*i].score >= score) {
            return;
        }
        // What goes out lends its memory to what comes in.
        let mut old = None;
        for i in out.into_iter().rev() {
            old = Some(self.kept.swap_remove(i).item);
        }
        if let Some(item) = make(old) {
            self.kept.push(Kept { at_ms, score, item });
        }
    }

    /// What is kept so far.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many are wanted.
    pub fn wanted(&self) -> usize {
        self.wanted
    }

    /// Lets everything go.
    pub fn clear(&mut self) {
        self.kept.clear();
    }

    /// What was kept, best first.
    pub fn finish(&mut self) -> Vec<Kept<T>> {
        let mut kept = std::mem::take(&mut self.kept);
        crate::numeric::sort_by_key(&mut kept, |k| -k.score);
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(stream: &[(f64, f32)], wanted: usize, gap: f64) -> Vec<f64> {
        let mut selection = Selection::new(wanted, gap);
        for (at, score) in stream {
            selection.offer(*at, *score, |_| Some(()));
        }
        selection.finish().into_iter().map(|kept| kept.at_ms).collect()
    }

    #[test]
    fn keeps_the_best_and_keeps_them_apart() {
        let stream: Vec<(f64, f32)> = (0..60)
            .map(|i| {
                let score = match i {
                    10 => 90.0,
                    11 => 95.0,
                    30 => 80.0,
                    50 => 85.0,
                    51 => 84.0,
                    _ => 20.0 + (i % 7) as f32,
                };
                (f64::from(i) * 33.0, score)
            })
            .collect();
        assert_eq!(chosen(&stream, 3, 300.0), [11.0 * 33.0, 50.0 * 33.0, 30.0 * 33.0]);
        assert_eq!(chosen(&stream, 1, 300.0), [11.0 * 33.0]);
        assert_eq!(chosen(&stream, 0, 300.0).len(), 1);
        // Without a gap the very best, however close.
        assert_eq!(chosen(&stream, 2, 0.0), [11.0 * 33.0, 10.0 * 33.0]);
    }

    #[test]
    fn the_same_instant_is_never_kept_twice() {
        assert_eq!(chosen(&[(5.0, 1.0), (5.0, 2.0), (5.0, 2.0)], 3, 1.0), [5.0]);
        // A clock that does not advance, as the page's may.
        assert_eq!(chosen(&[(0.0, 3.0), (0.0, 1.0)], 3, 300.0), [0.0]);
    }

    #[test]
    fn only_what_is_kept_is_copied() {
        let mut copies = 0;
        let mut selection = Selection::new(2, 100.0);
        for i in 0..1000 {
            selection.offer(f64::from(i), 50.0 - f32::from(i as u16), |_| {
                copies += 1;
                Some(i)
            });
        }
        assert!(copies <= 12, "{copies}");
        selection.clear();
        assert!(selection.is_empty());
    }
}
