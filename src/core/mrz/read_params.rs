//! Parameters of the MRZ reader.

use std::ops::RangeInclusive;

/// Parameters of the MRZ reader.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadParams {
    /// Maximum alignment cost of a line, nats.
    pub max_alignment_cost: f32,
    /// Mean log-probability above which a line is not refitted further (natural, per column; measured: MRZ lines are
    /// above −0.2, most above −0.05; upside-down and other text −0.1 to −0.3).
    pub sufficient_log_prob: f32,
    /// Mean log-probability below which a line is not an MRZ line.
    pub min_log_prob: f32,
    /// Mean log-probability above which the neighbours of a line are predicted.
    pub min_anchor_log_prob: f32,
    /// Minimum mean log-probability of a predicted line.
    pub min_predicted_log_prob: f32,
    /// Maximum number of refits of a line.
    pub max_refits: usize,
    /// Gain in mean log-probability that justifies another refit.
    pub min_log_prob_gain: f32,
    /// Minimum characters of a line whose neighbours are predicted.
    pub min_anchor_characters: usize,
    /// Minimum characters of a predicted line: one line of Swiss licences has nine.
    pub min_predicted_characters: usize,
    /// Minimum digits of the lines of a candidate before refitting.
    pub min_digits: usize,
    /// Minimum fillers of a single line with fewer digits.
    pub min_fillers: usize,
    /// Length of the probe in the middle of a line, cap heights.
    pub probe_length: f32,
    /// Characters that a probe of an MRZ line shows.
    pub probe_characters: RangeInclusive<usize>,
    /// Minimum mean log-probability of a probe.
    pub min_probe_log_prob: f32,
    /// The same if the probe shows two or more fillers.
    pub min_filler_probe_log_prob: f32,
    /// A line with this mean log-probability and a format's length needs no refit (measured: half of all lines).
    pub confident_log_prob: f32,
    /// Maximum distance of the ends of lines that are recognised once, cap heights.
    pub line_dedup_distance: f32,
    /// The same for probes.
    pub probe_dedup_distance: f32,
    /// Rejected candidates after which a frame is abandoned.
    pub max_candidates: usize,
    /// Maximum offset between the ends of two lines, characters.
    pub max_end_offset: f32,
    /// Pitch of OCR-B size 1, cap heights (2.54 mm and 2.4 mm; Doc 9303-3 section 4.2).
    pub nominal_pitch: f32,
    /// Ratio of the measured to the nominal pitch above which capitals count as truncated.
    pub min_truncated_caps_ratio: f32,
    /// Gain of a probe's rank for each filler, nats, and how many fillers count.
    pub filler_bonus: f32,
    /// See [`Self::filler_bonus`].
    pub max_rewarded_fillers: usize,
    /// Lengths of whole lines (Doc 9303 parts 4 to 6; the nine characters of Swiss licences are too few to be sure).
    pub whole_line_lengths: [usize; 3],
    /// Characters from which a line belongs to a format of two lines (36 or 44; three-line formats have 30).
    pub min_two_line_characters: usize,
    /// Maximum distance of adjacent lines, cap heights.
    pub max_line_distance: f32,
    /// Distances of predicted lines, cap heights: 4 lines per inch in passports, visas and two-line cards, 6 in
    /// three-line cards (Doc 9303-3 section 4.2).
    pub line_distances: [f32; 2],
    /// Test-time augmentation: scales, and shifts in cap heights.
    pub augmentations: [(f32, f32); 4],
}

impl ReadParams {
    /// Default parameters.
    pub const DEFAULT: Self = Self {
        max_alignment_cost: 60.0,
        sufficient_log_prob: -0.12,
        min_log_prob: -0.5,
        min_anchor_log_prob: -0.3,
        min_predicted_log_prob: -0.35,
        max_refits: 3,
        min_log_prob_gain: 0.05,
        min_anchor_characters: 15,
        min_predicted_characters: 6,
        min_digits: 4,
        min_fillers: 3,
        probe_length: 12.0,
        probe_characters: 7..=40,
        min_probe_log_prob: -0.12,
        min_filler_probe_log_prob: -0.35,
        confident_log_prob: -0.04,
        line_dedup_distance: 0.4,
        probe_dedup_distance: 1.0,
        max_candidates: 10,
        max_end_offset: 3.0,
        nominal_pitch: 1.06,
        min_truncated_caps_ratio: 1.12,
        filler_bonus: 0.03,
        max_rewarded_fillers: 10,
        min_two_line_characters: 34,
        max_line_distance: 2.8,
        line_distances: [2.65, 1.76],
        whole_line_lengths: [30, 36, 44],
        augmentations: [(0.92, 0.0), (1.08, 0.0), (1.0, -0.07), (1.0, 0.07)],
    };
}

impl Default for ReadParams {
    /// Returns [`Self::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}
