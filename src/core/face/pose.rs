//! Head pose from six keypoints: weak perspective (DeMenthon and Davis, "Model-based object pose in 25 lines of code",
//! 1995) with the proportions of an average adult head.

use crate::geometry::Point;

/// An average adult head looking straight ahead, in millimetres from between the eyes: to the image's right, down,
/// and towards the camera; in the order of the keypoints. Rounded from published adult means (pupils 63 mm apart,
/// tragia 145–150 mm); only the proportions matter.
const HEAD: [[f32; 3]; 6] = [
    [-32.0, 0.0, 0.0],
    [32.0, 0.0, 0.0],
    [0.0, 38.0, 38.0],
    [0.0, 63.0, 18.0],
    [-74.0, 20.0, -66.0],
    [74.0, 20.0, -66.0],
];

/// Yaw, pitch and roll in degrees; signs as in [`super::Face`].
pub(super) fn of(keypoints: &[Point; 6]) -> (f32, f32, f32) {
    let across = (keypoints[1].x - keypoints[0].x, keypoints[1].y - keypoints[0].y);
    let roll = across.1.atan2(across.0);
    let (sin, cos) = roll.sin_cos();
    let upright = keypoints.map(|p| [p.x * cos + p.y * sin, p.y * cos - p.x * sin]);

    // Least squares of the map from the head to the image: one row of it each for right and down. The head is
    // symmetric, so its first axis is independent of the other two.
    let mean = |values: [f32; 6]| values.iter().sum::<f32>() / 6.0;
    let centre: [f32; 3] = std::array::from_fn(|axis| mean(HEAD.map(|p| p[axis])));
    let head = HEAD.map(|p| -> [f32; 3] { std::array::from_fn(|axis| p[axis] - centre[axis]) });
    let sum = |a: usize, b: usize| head.iter().map(|p| p[a] * p[b]).sum::<f32>();
    let (xx, yy, yz, zz) = (sum(0, 0), sum(1, 1), sum(1, 2), sum(2, 2));
    let determinant = yy * zz - yz * yz;
    let row = |axis: usize| {
        let middle = mean(upright.map(|p| p[axis]));
        let with = |k: usize| head.iter().zip(&upright).map(|(h, p)| h[k] * (p[axis] - middle)).sum::<f32>();
        let (x, y, z) = (with(0), with(1), with(2));
        unit([x / xx, (y * zz - z * yz) / determinant, (z * yy - y * yz) / determinant])
    };
    let (right, down) = (row(0), row(1));
    // Where the nose points: the third axis of the rotation whose first two rows these are.
    let towards = right[0] * down[1] - right[1] * down[0];
    let yaw = right[2].atan2(towards.max(1e-6));
    let pitch = (-down[2]).clamp(-1.0, 1.0).asin();
    (yaw.to_degrees(), pitch.to_degrees(), roll.to_degrees())
}

/// Yaw, pitch and roll in degrees from BlazeFace's points: what it overstates and understates taken into account, and
/// that a near head is seen in perspective. Quadratic regression on rendered heads of other people than those of the
/// tests (`training/pose.py`); kept within [`FROM_GEOMETRY`] of what the points tell by themselves, so that a face
/// unlike them is not made into another pose.
pub(super) fn calibrated(keypoints: &[Point; 6]) -> (f32, f32, f32) {
    let (yaw, pitch, roll) = of(keypoints);
    let Some(Measures { odd, even }) = Measures::of(keypoints, roll.to_radians()) else { return (yaw, pitch, roll) };
    let mut of_odd = odd.to_vec();
    of_odd.extend(odd.iter().flat_map(|o| even.map(|e| o * e)));
    let mut of_even = vec![1.0];
    of_even.extend(even);
    of_even.extend(pairs(&even).chain(pairs(&odd)));
    let sum = |weights: &[f32], of: &[f32]| weights.iter().zip(of).map(|(w, v)| w * v).sum::<f32>();
    let near = |value: f32, geometry: f32, by: f32| geometry + (value - geometry).clamp(-by, by);
    let [by_yaw, by_pitch, by_lean] = FROM_GEOMETRY;
    (
        near(sum(&YAW, &of_odd), yaw, by_yaw),
        near(sum(&PITCH, &of_even), pitch, by_pitch).clamp(-90.0, 90.0),
        roll + sum(&LEAN, &of_odd).clamp(-by_lean, by_lean),
    )
}

/// Maximum correction of yaw, pitch and roll by the regression, degrees.
const FROM_GEOMETRY: [f32; 3] = [20.0, 25.0, 12.0];

/// Measures of the pose that do not depend on position, size and roll. Odd measures change sign in a mirror image.
struct Measures {
    odd: [f32; 4],
    even: [f32; 5],
}

impl Measures {
    /// Returns `None` if all points coincide.
    fn of(keypoints: &[Point; 6], roll: f32) -> Option<Self> {
        let mean = |f: &dyn Fn(&Point) -> f32| keypoints.iter().map(f).sum::<f32>() / 6.0;
        let centre = Point::new(mean(&|p| p.x), mean(&|p| p.y));
        let (sin, cos) = roll.sin_cos();
        let size = mean(&|p| (p.x - centre.x).powi(2) + (p.y - centre.y).powi(2)).sqrt();
        if !(size > 0.0 && size.is_finite()) {
            return None;
        }
        let [right_eye, left_eye, nose, _, right_ear, left_ear] = keypoints.map(|p| {
            let (x, y) = ((p.x - centre.x) / size, (p.y - centre.y) / size);
            [x * cos + y * sin, y * cos - x * sin]
        });
        Some(Self {
            odd: [right_eye[0] + left_eye[0], right_ear[0] + left_ear[0], left_ear[1] - right_ear[1], nose[0]],
            even: [
                left_eye[0] - right_eye[0],
                left_ear[0] - right_ear[0],
                right_eye[1] + left_eye[1],
                right_ear[1] + left_ear[1],
                nose[1],
            ],
        })
    }
}

/// All products of two.
fn pairs(values: &[f32]) -> impl Iterator<Item = f32> + '_ {
    (0..values.len()).flat_map(move |i| values[i..].iter().map(move |v| values[i] * v))
}

/// Of yaw, by the odd measures and their products with the even ones (`training/pose.py`).
const YAW: [f32; 24] = [
    37.081, -19.902, -248.040, 32.714, -15.465, 13.547, 13.232, 51.546, -286.187, 4.026, -2.609, -0.024, 61.109,
    -17.336, -215.503, 103.869, -344.009, -634.417, -850.485, -21.157, 0.303, 9.898, -19.809, -97.144,
];

/// Of what the roll of the eyes lacks, by the same.
const LEAN: [f32; 24] = [
    -51.438, -1.119, 90.210, -7.104, 61.304, -1.508, -16.433, 60.717, -68.971, -2.352, -0.195, 14.557, 29.479, -45.420,
    307.224, -145.786, 63.196, 181.966, 319.927, -23.439, -9.180, -24.644, 69.612, -46.041,
];

/// Of pitch, by 1, the even measures, their products, and the products of the odd ones.
const PITCH: [f32; 31] = [
    -4.308, 24.300, -1.354, -18.697, 64.313, -67.913, 6.241, -2.400, 13.158, -76.712, 67.328, -4.309, 8.803, 14.301,
    -26.607, 44.441, -4.239, -29.274, 4.721, -3.646, 2.616, -103.694, -4.207, 430.150, -55.013, 8.184, -249.834,
    -9.377, -624.029, -631.447, 2.433,
];

fn unit(v: [f32; 3]) -> [f32; 3] {
    let length = v.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-6);
    v.map(|v| v / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head turned by yaw, then raised by pitch, then leant by roll, and seen from far away.
    fn turned(yaw: f32, pitch: f32, roll: f32) -> [Point; 6] {
        let [(sy, cy), (sp, cp), (sr, cr)] = [yaw, pitch, roll].map(|a| a.to_radians().sin_cos());
        HEAD.map(|[x, y, z]| {
            let (y, z) = (y * cp - z * sp, z * cp + y * sp);
            let x = x * cy + z * sy;
            Point::new(300.0 + 1.7 * (x * cr - y * sr), 200.0 + 1.7 * (x * sr + y * cr))
        })
    }

    #[test]
    fn finds_the_angles_that_a_head_was_turned_by() {
        for yaw in [-40.0, -15.0, 0.0, 20.0, 45.0] {
            for pitch in [-20.0, 0.0, 15.0] {
                for roll in [-30.0, 0.0, 10.0] {
                    let (y, p, r) = of(&turned(yaw, pitch, roll));
                    let what = format!("{yaw} {pitch} {roll} -> {y} {p} {r}");
                    assert!((y - yaw).abs() < 4.0 && (p - pitch).abs() < 4.0 && (r - roll).abs() < 4.0, "{what}");
                }
            }
        }
    }

    #[test]
    fn survives_points_in_one_place() {
        let (yaw, pitch, roll) = of(&[Point::new(3.0, 3.0); 6]);
        assert!(yaw.is_finite() && pitch.is_finite() && roll.is_finite());
    }
}
