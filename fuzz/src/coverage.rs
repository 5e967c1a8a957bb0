//! Edge counters that the compiler inserts (LLVM SanitizerCoverage, `inline-8bit-counters`).
//!
//! `cargo xtask fuzz` passes the flags. Without them the program has no counters and [`Coverage::is_active`] is false.

use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

static START: AtomicPtr<u8> = AtomicPtr::new(std::ptr::null_mut());
static LENGTH: AtomicUsize = AtomicUsize::new(0);

/// Called before `main` by code that the compiler inserts, once for each part of the program, with the same section.
#[unsafe(no_mangle)]
extern "C" fn __sanitizer_cov_8bit_counters_init(start: *mut u8, end: *mut u8) {
    START.store(start, Ordering::Relaxed);
    LENGTH.store((end as usize).saturating_sub(start as usize), Ordering::Relaxed);
}

/// The edges that were reached so far.
#[derive(Debug)]
pub struct Coverage {
    known: Vec<u8>,
    reached: usize,
}

impl Default for Coverage {
    fn default() -> Self {
        Self { known: vec![0; LENGTH.load(Ordering::Relaxed)], reached: 0 }
    }
}

impl Coverage {
    /// Returns whether the program has counters.
    pub fn is_active(&self) -> bool {
        !self.known.is_empty()
    }

    /// Returns how many edges were reached since the target's run began.
    pub fn reached(&self) -> usize {
        self.reached
    }

    /// Forgets what ran before: start-up, other targets.
    pub fn ignore_past(&self) {
        (0..self.known.len()).for_each(|edge| self.clear(edge));
    }

    /// Returns edges that were reached since the last call, and never before it. Their counters are cleared, but they
    /// stay new until [`Self::learn`].
    pub fn fresh(&self) -> Vec<usize> {
        let Some(counters) = self.counters() else { return Vec::new() };
        let mut fresh = Vec::new();
        for (block, (now, known)) in counters.chunks(64).zip(self.known.chunks(64)).enumerate() {
            // The compiler makes one vector comparison of this loop: nearly all blocks have nothing new.
            if now.iter().zip(known).fold(0, |any, (now, known)| any | (now & !known)) == 0 {
                continue;
            }
            let edges = now.iter().zip(known).enumerate().filter(|(_, (now, known))| **now & !**known != 0);
            fresh.extend(edges.map(|(i, _)| block * 64 + i));
        }
        fresh.iter().for_each(|edge| self.clear(*edge));
        fresh
    }

    /// Returns whether an edge's counter is set, and clears it.
    pub fn take(&self, edge: usize) -> bool {
        let set = self.counters().is_some_and(|counters| counters[edge] != 0);
        self.clear(edge);
        set
    }

    /// Makes an edge known.
    pub fn learn(&mut self, edge: usize) {
        self.reached += usize::from(self.known[edge] == 0);
        self.known[edge] = u8::MAX;
    }

    fn counters(&self) -> Option<&[u8]> {
        let start = START.load(Ordering::Relaxed);
        if start.is_null() {
            return None;
        }
        // SAFETY: the section lies in the program's data for as long as it runs. One thread runs the target.
        Some(unsafe { std::slice::from_raw_parts(start, self.known.len()) })
    }

    fn clear(&self, edge: usize) {
        let start = START.load(Ordering::Relaxed);
        if !start.is_null() && edge < self.known.len() {
            // SAFETY: as above; `edge` lies in the section.
            unsafe { start.add(edge).write_volatile(0) }
        }
    }
}
