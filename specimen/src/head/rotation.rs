//! Three-dimensional vectors and rotations.

use super::scene::HeadPose;

pub(super) type Vec3 = [f32; 3];

pub(super) fn add(a: Vec3, b: Vec3) -> Vec3 {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub(super) fn sub(a: Vec3, b: Vec3) -> Vec3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(super) fn dot(a: Vec3, b: Vec3) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(super) fn cross(a: Vec3, b: Vec3) -> Vec3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

pub(super) fn unit(a: Vec3) -> Vec3 {
    let length = dot(a, a).sqrt().max(1e-9);
    a.map(|v| v / length)
}

pub(super) fn lerp(a: Vec3, b: Vec3, t: f32) -> Vec3 {
    std::array::from_fn(|i| a[i] + (b[i] - a[i]) * t)
}

/// A rotation matrix, by rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rotation([Vec3; 3]);

impl Rotation {
    /// Creates a rotation by pitch, then yaw, then roll.
    pub(super) fn from_pose(pose: HeadPose) -> Self {
        Self::about_z(pose.roll).compose(Self::about_y(pose.yaw)).compose(Self::about_x(pose.pitch))
    }

    /// Creates the rotation that turns a head at `place` from the camera's axis towards the camera at the origin.
    pub(super) fn towards_camera(place: Vec3) -> Self {
        let yaw = (-place[0]).atan2(-place[2]).to_degrees();
        let pitch = (place[1] / dot(place, place).sqrt()).asin().to_degrees();
        Self::about_y(yaw).compose(Self::about_x(pitch))
    }

    /// Returns the rotation by `first`, then by this.
    pub(super) fn compose(self, first: Self) -> Self {
        Self(self.0.map(|row| {
            std::array::from_fn(|c| row[0] * first.0[0][c] + row[1] * first.0[1][c] + row[2] * first.0[2][c])
        }))
    }

    pub(super) fn apply(&self, p: Vec3) -> Vec3 {
        self.0.map(|row| dot(row, p))
    }

    fn about_x(degrees: f32) -> Self {
        let (s, c) = degrees.to_radians().sin_cos();
        Self([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])
    }

    fn about_y(degrees: f32) -> Self {
        let (s, c) = degrees.to_radians().sin_cos();
        Self([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
    }

    fn about_z(degrees: f32) -> Self {
        let (s, c) = degrees.to_radians().sin_cos();
        Self([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angle_signs_match_face_convention() {
        let nose = [0.0, 0.0, 1.0];
        assert!(Rotation::from_pose(HeadPose::new(30.0, 0.0, 0.0)).apply(nose)[0] > 0.4, "to the right");
        assert!(Rotation::from_pose(HeadPose::new(0.0, 30.0, 0.0)).apply(nose)[1] < -0.4, "up");
        assert!(Rotation::from_pose(HeadPose::new(0.0, 0.0, 30.0)).apply([1.0, 0.0, 0.0])[1] > 0.4, "clockwise");
    }

    #[test]
    fn towards_camera_faces_camera_from_any_position() {
        for place in [[0.0, 0.0, -500.0], [200.0, 0.0, -500.0], [-90.0, 120.0, -400.0]] {
            let nose = Rotation::towards_camera(place).apply([0.0, 0.0, 1.0]);
            assert!(dot(nose, unit(place.map(|v| -v))) > 0.9999, "{place:?} {nose:?}");
        }
    }
}
