//! Where a head looks, from six points: weak perspective (DeMenthon and Davis, "Model-based object pose in 25 lines of
//! code", 1995) on the proportions of an average adult head.

use crate::core::geometry::Point;

/// An average adult head looking straight ahead, in millimetres from between the eyes: to the picture's right, down, and
/// towards the camera; in the order of the keypoints. Rounded from published adult means (pupils 63 mm apart, tragia
/// 145–150 mm); only the proportions matter.
const HEAD: [[f32; 3]; 6] = [
    [-32.0, 0.0, 0.0],
    [32.0, 0.0, 0.0],
    [0.0, 38.0, 38.0],
    [0.0, 63.0, 18.0],
    [-74.0, 20.0, -66.0],
    [74.0, 20.0, -66.0],
];

/// Yaw, pitch and roll in degrees; signs as in [`super::Face`].
pub fn of(keypoints: &[Point; 6]) -> (f32, f32, f32) {
    let across = (keypoints[1].x - keypoints[0].x, keypoints[1].y - keypoints[0].y);
    let roll = across.1.atan2(across.0);
    let (sin, cos) = roll.sin_cos();
    let upright = keypoints.map(|p| [p.x * cos + p.y * sin, p.y * cos - p.x * sin]);

    // Least squares of the map from the head to the picture: one row of it each for right and down. The head is the same
    // on both sides, so its first axis stands apart from the other two.
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

/// What BlazeFace's points tell, as it was rendered: they overstate turns to the side, and understate nods around a pose that looks down
/// a little (the portrait of the tests as well as rendered heads). Least squares over 175 rendered heads, other people than those of
/// `tests/head_pose.rs`.
pub fn calibrated((yaw, pitch, roll): (f32, f32, f32)) -> (f32, f32, f32) {
    (0.858 * yaw, (7.4 + 1.33 * pitch).clamp(-90.0, 90.0), roll)
}

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
