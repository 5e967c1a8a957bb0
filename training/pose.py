"""Fits the regression from six face landmarks to head pose; prints the tables of `src/core/face/pose.rs`.

    KYC_POSES=poses.txt cargo test --test native head_pose:: -- --ignored
    python training/pose.py poses.txt

Each input line has the true yaw, pitch and roll in degrees, then the twelve detected coordinates. Ridge regression on
all products of up to two of nine features: features and products that are odd under mirroring predict yaw and roll,
the even ones pitch.
"""

import sys

import numpy as np

LAMBDA = 0.05


def features(points):
    """Returns the features of `pose.rs`: odd and even under mirroring, and the roll of the eye line in radians."""
    eyes = points[:, 1] - points[:, 0]
    roll = np.arctan2(eyes[:, 1], eyes[:, 0])
    cos, sin = np.cos(roll)[:, None], np.sin(roll)[:, None]
    from_centre = points - points.mean(1, keepdims=True)
    x = from_centre[..., 0] * cos + from_centre[..., 1] * sin
    y = from_centre[..., 1] * cos - from_centre[..., 0] * sin
    size = np.sqrt((x**2 + y**2).mean(1, keepdims=True))
    x, y = x / size, y / size
    odd = [x[:, 0] + x[:, 1], x[:, 4] + x[:, 5], y[:, 5] - y[:, 4], x[:, 2]]
    even = [x[:, 1] - x[:, 0], x[:, 5] - x[:, 4], y[:, 0] + y[:, 1], y[:, 4] + y[:, 5], y[:, 2]]
    return np.stack(odd, 1), np.stack(even, 1), roll


def products(odd, even):
    """Returns the regressors of odd and of even quantities."""

    def pairs(a):
        return [a[:, i] * a[:, j] for i in range(a.shape[1]) for j in range(i, a.shape[1])]

    odd_regressors = [*odd.T, *[o * e for o in odd.T for e in even.T]]
    even_regressors = [np.ones(len(odd)), *even.T, *pairs(even), *pairs(odd)]
    return np.stack(odd_regressors, 1), np.stack(even_regressors, 1)


def fit(regressors, values):
    """Returns the ridge regression weights; regressors are normalised by their RMS."""
    scale = np.sqrt((regressors**2).mean(0))
    a = regressors / scale
    return np.linalg.solve(a.T @ a + LAMBDA * np.eye(a.shape[1]), a.T @ values) / scale[:, None]


def main():
    data = np.loadtxt(sys.argv[1])
    truth, points = data[:, :3], data[:, 3:].reshape(-1, 6, 2)
    odd, even, roll = features(points)
    odd_regressors, even_regressors = products(odd, even)
    odd_truth = np.stack([truth[:, 0], truth[:, 2] - np.degrees(roll)], 1)
    fold = np.arange(len(data)) % 6
    errors = np.zeros_like(truth)
    for k in range(6):
        train, test = fold != k, fold == k
        found = odd_regressors[test] @ fit(odd_regressors[train], odd_truth[train])
        errors[test, 0], errors[test, 2] = (found - odd_truth[test]).T
        errors[test, 1] = (even_regressors[test] @ fit(even_regressors[train], truth[train, 1:2]) - truth[test, 1:2])[
            :, 0
        ]
    near = (np.abs(truth[:, 0]) < 20) & (np.abs(truth[:, 1]) < 15)
    print("// cross-validated mean error: yaw, pitch, roll", np.abs(errors).mean(0).round(2))
    print("// the same within 20 degrees of yaw and 15 of pitch", np.abs(errors[near]).mean(0).round(2))
    weights = fit(odd_regressors, odd_truth)
    pitch_weights = fit(even_regressors, truth[:, 1:2])[:, 0]
    for name, values in (("YAW", weights[:, 0]), ("LEAN", weights[:, 1]), ("PITCH", pitch_weights)):
        print(f"const {name}: [f32; {len(values)}] = [{', '.join(f'{v:.3f}' for v in values)}];")


if __name__ == "__main__":
    main()
