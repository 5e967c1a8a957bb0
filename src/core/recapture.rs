//! Recapture signals: heuristics that indicate a copy, a screen or an edited file, each with its raw value. None is a
//! verdict on authenticity.

use serde::Serialize;

use crate::frame::{Frame, LumaImage, PixelFormat};
use crate::geometry::{Point, Quad, Rect};
use crate::numeric::{sort, sort_by_key};

/// Side of the windows of the spectrum, a power of two, pixels.
const WINDOW: usize = 128;
/// Positions of the windows, as fractions of the document's width and height.
const GRID: [f32; 4] = [0.2, 0.4, 0.6, 0.8];
/// The parameters of the spectral analysis.
struct RecaptureParams {
    /// Maximum windows, and how many of them must agree.
    max_windows: usize,
    min_agreeing_windows: usize,
    /// Minimum ratio of a peak to the median of its ring.
    min_peak_ratio: f32,
    /// Maximum peaks of a window.
    max_peaks_per_window: usize,
    /// Minimum sine of the phase angle between two channels: 20°.
    min_phase_sine: f32,
    /// Minimum frequency, cycles per pixel: print has its own peaks below.
    min_frequency: f32,
}

const PARAMS: RecaptureParams = RecaptureParams {
    max_windows: 8,
    min_agreeing_windows: 4,
    min_peak_ratio: 12.0,
    max_peaks_per_window: 24,
    min_phase_sine: 0.34,
    min_frequency: 0.12,
};

/// Raw values.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RecaptureSignals {
    /// Standard deviation of the chromaticity (fractions of red and blue) over the document, 0–1. A greyscale copy has
    /// one hue, that of its light: below 0.008.
    pub chromaticity_std_dev: f32,
    /// Ratio of the highest high-frequency peak that most windows share to its surroundings, weighted by the phase
    /// difference of the channels. Pixel grids of screens and moiré reach hundreds.
    pub moire_peak_ratio: f32,
    /// Luma steps on the JPEG grid of eight pixels, as a multiple of those elsewhere: 1 without compression, above 1.2
    /// after strong compression.
    pub jpeg_blockiness: f32,
    /// Offset of the JPEG grid, pixels from the left and from the top, 0–7; 0 for a file that was not cropped.
    pub jpeg_grid_offset: (u8, u8),
}

/// Measures an image. `quad`: the outline of the document, if known. `print`: the regions of MRZ and barcode, whose
/// characters form grids of their own.
pub fn measure(frame: &Frame<'_>, quad: Option<&Quad>, print: &[Rect]) -> RecaptureSignals {
    let quad = quad.copied().unwrap_or_else(|| Quad::from_rect(frame.bounds()));
    let luma = frame.to_luma();
    let (jpeg_blockiness, jpeg_grid_offset) = jpeg_grid(&luma);
    RecaptureSignals {
        chromaticity_std_dev: chromaticity_std_dev(frame, &quad),
        moire_peak_ratio: consensus_spectral_peak(frame, &luma, &quad, print),
        jpeg_blockiness,
        jpeg_grid_offset,
    }
}

/// Magnitude of a wave, as a share of the strongest channel's, below which it has no phase.
const MIN_MAGNITUDE_SHARE: f32 = 0.3;

fn point_in_quad(quad: &Quad, u: f32, v: f32) -> Point {
    quad.0[0].lerp(quad.0[1], u).lerp(quad.0[3].lerp(quad.0[2], u), v)
}

/// Parameters of the chromaticity of a document.
struct ChromaParams {
    /// Parts along the longer and the shorter side, and the border that is left out, as a share of the side.
    columns: usize,
    rows: usize,
    border: f32,
    /// Half the side of a part, pixels: the mean side of the document divided by the former, at most the latter.
    sides_per_reach: f32,
    max_reach: usize,
    /// Minimum mean of the channels, and the value from which a channel has lost its colour, 0–255.
    min_mean: u32,
    saturated: u32,
}

const CHROMA: ChromaParams = ChromaParams {
    columns: 24,
    rows: 16,
    border: 0.04,
    sides_per_reach: 60.0,
    max_reach: 12,
    min_mean: 40,
    saturated: 250,
};

/// Parts of 24 by 16, each a mean, so that noise and the finer sampling of luma do not count.
fn chromaticity_std_dev(frame: &Frame<'_>, quad: &Quad) -> f32 {
    if frame.format() == PixelFormat::Luma {
        return 0.0;
    }
    let reach = ((quad.area().sqrt() / CHROMA.sides_per_reach) as usize).clamp(1, CHROMA.max_reach);
    let (w, h) = (frame.width(), frame.height());
    let mut shares = Vec::new();
    let place = |i: usize, n: usize| CHROMA.border + (1.0 - 2.0 * CHROMA.border) * (i as f32 + 0.5) / n as f32;
    for j in 0..CHROMA.rows {
        for i in 0..CHROMA.columns {
            let p = point_in_quad(quad, place(i, CHROMA.columns), place(j, CHROMA.rows));
            let (x, y) = (p.x.clamp(0.0, (w - 1) as f32) as usize, p.y.clamp(0.0, (h - 1) as f32) as usize);
            let mut sum = [0u32; 3];
            for sy in y.saturating_sub(reach)..(y + reach).min(h) {
                for sx in x.saturating_sub(reach)..(x + reach).min(w) {
                    for (s, v) in sum.iter_mut().zip(&frame.data()[(sy * w + sx) * 4..][..3]) {
                        *s += u32::from(*v);
                    }
                }
            }
            let n = ((2 * reach) * (2 * reach)) as u32;
            let all: u32 = sum.iter().sum();
            // Nothing can be said of the hue of what is dark, or lighter than the sensor holds.
            if all > 3 * CHROMA.min_mean * n && sum.iter().all(|s| *s < CHROMA.saturated * n) {
                shares.push((sum[0] as f32 / all as f32, sum[2] as f32 / all as f32));
            }
        }
    }
    if shares.len() < 40 {
        return 0.0;
    }
    let n = shares.len() as f32;
    let (mr, mb) = shares.iter().fold((0.0, 0.0), |m, s| (m.0 + s.0 / n, m.1 + s.1 / n));
    (shares.iter().map(|s| (s.0 - mr).powi(2) + (s.1 - mb).powi(2)).sum::<f32>() / n).sqrt()
}

/// Measures [`RecaptureSignals::moire_peak_ratio`] alone, of a region without print.
pub fn moire_peak_ratio(frame: &Frame<'_>, part: Rect) -> f32 {
    consensus_spectral_peak(frame, &frame.to_luma(), &Quad::from_rect(part), &[])
}

/// Returns the highest peak that several windows have at one frequency: the pixel grid of a screen is everywhere,
/// print differs between positions.
fn consensus_spectral_peak(frame: &Frame<'_>, luma: &LumaImage, quad: &Quad, print: &[Rect]) -> f32 {
    if luma.width < WINDOW || luma.height < WINDOW {
        return 0.0;
    }
    let side = WINDOW as f32;
    let windows = GRID.iter().flat_map(|&v| GRID.iter().map(move |&u| point_in_quad(quad, u, v))).map(|p| {
        let corner = |at: f32, max: usize| (at - side / 2.0).clamp(0.0, (max - WINDOW) as f32) as usize;
        (corner(p.x, luma.width), corner(p.y, luma.height))
    });
    let free = |&(x, y): &(usize, usize)| {
        let (x, y) = (x as f32, y as f32);
        !print.iter().any(|r| x < r.x + r.width && r.x < x + side && y < r.y + r.height && r.y < y + side)
    };
    let peaks: Vec<Vec<Peak>> =
        windows.filter(free).take(PARAMS.max_windows).map(|(x, y)| peaks(frame, luma, x, y)).collect();
    let mut max_consensus = 0f32;
    for peak in peaks.iter().flatten() {
        let mut here: Vec<f32> = peaks
            .iter()
            .map(|there| {
                let near = there.iter().filter(|p| (p.x - peak.x).abs() <= 1 && (p.y - peak.y).abs() <= 1);
                near.map(|p| p.height).fold(0.0, f32::max)
            })
            .collect();
        sort(&mut here);
        if here.len() >= PARAMS.min_agreeing_windows {
            max_consensus = max_consensus.max(here[here.len() - PARAMS.min_agreeing_windows]);
        }
    }
    max_consensus
}

/// A peak of a spectrum: bins, and its height over the median of its ring.
struct Peak {
    x: i32,
    y: i32,
    height: f32,
}

/// The sharpest peaks of one square's power spectrum.
fn peaks(frame: &Frame<'_>, luma: &LumaImage, x0: usize, y0: usize) -> Vec<Peak> {
    const N: usize = WINDOW;
    let (mut re, mut im) = (vec![0f32; N * N], vec![0f32; N * N]);
    let mean =
        (0..N).flat_map(|y| luma.data[(y0 + y) * luma.width + x0..][..N].iter()).map(|v| f32::from(*v)).sum::<f32>()
            / (N * N) as f32;
    let hann: Vec<f32> = (0..N).map(|i| 0.5 - 0.5 * (std::f32::consts::TAU * i as f32 / N as f32).cos()).collect();
    for y in 0..N {
        for x in 0..N {
            let v = f32::from(luma.data[(y0 + y) * luma.width + x0 + x]);
            re[y * N + x] = (v - mean) * hann[x] * hann[y];
        }
    }
    for row in 0..N {
        fft_in_place(&mut re[row * N..(row + 1) * N], &mut im[row * N..(row + 1) * N]);
    }
    let (mut cr, mut ci) = (vec![0f32; N], vec![0f32; N]);
    let mut power = vec![0f32; N * N];
    for x in 0..N {
        for y in 0..N {
            (cr[y], ci[y]) = (re[y * N + x], im[y * N + x]);
        }
        fft_in_place(&mut cr, &mut ci);
        for y in 0..N {
            power[y * N + x] = cr[y] * cr[y] + ci[y] * ci[y];
        }
    }
    // Rings of equal frequency, since images have less energy at higher ones.
    let centred = |i: usize| if i < N / 2 { i as i32 } else { i as i32 - N as i32 };
    let mut rings: Vec<Vec<(f32, usize, usize)>> = vec![Vec::new(); N];
    for y in 0..N {
        for x in 0..N / 2 {
            let f = (centred(x) as f32).hypot(centred(y) as f32);
            if f >= PARAMS.min_frequency * N as f32 {
                rings[f as usize].push((power[y * N + x], x, y));
            }
        }
    }
    let mut found: Vec<Peak> = Vec::new();
    for ring in rings.iter().filter(|ring| ring.len() >= 16) {
        let mut powers: Vec<f32> = ring.iter().map(|r| r.0).collect();
        sort(&mut powers);
        let median = powers[powers.len() / 2].max(4.0 * N as f32);
        let strong = ring.iter().filter(|r| r.0 > PARAMS.min_peak_ratio * median);
        found.extend(strong.map(|&(p, x, y)| Peak { x: centred(x), y: centred(y), height: p / median }));
    }
    sort_by_key(&mut found, |peak| -peak.height);
    found.truncate(PARAMS.max_peaks_per_window);
    for peak in &mut found {
        peak.height *= channel_phase_difference(frame, (x0, y0), &hann, (peak.x, peak.y));
    }
    found.retain(|peak| peak.height > PARAMS.min_peak_ratio);
    found
}

/// Returns how far red, green and blue are out of phase at one frequency: 0 for print, whatever its colour (the
/// channels rise and fall together, or oppositely), towards 1 for adjacent red, green and blue stripes, as on a screen
/// and in its moiré.
fn channel_phase_difference(frame: &Frame<'_>, (x0, y0): (usize, usize), hann: &[f32], (fx, fy): (i32, i32)) -> f32 {
    if frame.format() == PixelFormat::Luma {
        return 0.0;
    }
    let turn = std::f32::consts::TAU / WINDOW as f32;
    let wave = |f: i32| -> Vec<(f32, f32)> { (0..WINDOW).map(|i| (turn * (f * i as i32) as f32).sin_cos()).collect() };
    let (across, down) = (wave(fx), wave(fy));
    let mut sums = [(0f32, 0f32); 3];
    for y in 0..WINDOW {
        let row = &frame.data()[((y0 + y) * frame.width() + x0) * 4..][..WINDOW * 4];
        let (sy, cy) = down[y];
        for (x, pixel) in row.chunks_exact(4).enumerate() {
            let (sx, cx) = across[x];
            let weight = hann[x] * hann[y];
            let (re, im) = ((cx * cy - sx * sy) * weight, (sx * cy + cx * sy) * weight);
            for (sum, &v) in sums.iter_mut().zip(pixel) {
                sum.0 += f32::from(v) * re;
                sum.1 -= f32::from(v) * im;
            }
        }
    }
    let size = |s: (f32, f32)| s.0.hypot(s.1);
    let max_magnitude = sums.iter().map(|s| size(*s)).fold(0.0, f32::max).max(1e-6);
    let shift = |a: (f32, f32), b: (f32, f32)| {
        if size(a).min(size(b)) < MIN_MAGNITUDE_SHARE * max_magnitude {
            0.0
        } else {
            ((a.1 * b.0 - a.0 * b.1) / (size(a) * size(b))).abs()
        }
    };
    let [r, g, b] = sums;
    let max_shift = shift(r, g).max(shift(g, b)).max(shift(r, b));
    if max_shift < PARAMS.min_phase_sine { 0.0 } else { max_shift }
}

/// Computes the discrete Fourier transform in place (Cooley–Tukey, radix 2) of a power of two.
fn fft_in_place(re: &mut [f32], im: &mut [f32]) {
    let n = re.len();
    let mut j = 0;
    for i in 1..n {
        let mut bit = n >> 1;
        while j & bit != 0 {
            j ^= bit;
            bit >>= 1;
        }
        j |= bit;
        if i < j {
            re.swap(i, j);
            im.swap(i, j);
        }
    }
    let mut length = 2;
    while length <= n {
        let (step_im, step_re) = (-std::f32::consts::TAU / length as f32).sin_cos();
        for start in (0..n).step_by(length) {
            let (mut wr, mut wi) = (1f32, 0f32);
            for k in start..start + length / 2 {
                let (or, oi) = (re[k + length / 2], im[k + length / 2]);
                let (tr, ti) = (or * wr - oi * wi, or * wi + oi * wr);
                (re[k + length / 2], im[k + length / 2]) = (re[k] - tr, im[k] - ti);
                (re[k], im[k]) = (re[k] + tr, im[k] + ti);
                (wr, wi) = (wr * step_re - wi * step_im, wr * step_im + wi * step_re);
            }
        }
        length *= 2;
    }
}

/// Measures the blockiness on the JPEG grid and the offset of the grid.
fn jpeg_grid(luma: &LumaImage) -> (f32, (u8, u8)) {
    let (w, h) = (luma.width, luma.height);
    if w < 64 || h < 64 {
        return (1.0, (0, 0));
    }
    let (mut across, mut down) = ([0f64; 8], [0f64; 8]);
    // Second differences: print and gradients have steps everywhere, JPEG blocks at their borders only.
    let second_difference = |a: u8, b: u8, c: u8, d: u8| {
        let inner = (i32::from(c) - i32::from(b)).abs();
        let around = ((i32::from(b) - i32::from(a)).abs() + (i32::from(d) - i32::from(c)).abs()) / 2;
        f64::from((inner - around).clamp(0, 24))
    };
    for y in (2..h - 2).step_by(3) {
        let row = &luma.data[y * w..][..w];
        for x in 2..w - 2 {
            across[x % 8] += second_difference(row[x - 2], row[x - 1], row[x], row[x + 1]);
        }
    }
    for x in (2..w - 2).step_by(3) {
        let at = |y: usize| luma.data[y * w + x];
        for y in 2..h - 2 {
            down[y % 8] += second_difference(at(y - 2), at(y - 1), at(y), at(y + 1));
        }
    }
    let strongest = |sums: &[f64; 8]| {
        let best = (0..8).max_by(|&a, &b| sums[a].total_cmp(&sums[b])).unwrap_or(0);
        let others = (sums.iter().sum::<f64>() - sums[best]) / 7.0;
        (best as u8, (sums[best] / others.max(1.0)) as f32)
    };
    let ((x, by_columns), (y, by_rows)) = (strongest(&across), strongest(&down));
    (by_columns.min(by_rows).max(1.0), (x, y))
}
