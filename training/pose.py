"""Fits what six points of a head tell of its pose, and prints the table for `src/core/face/pose.rs`.

    KYC_POSES=poses.txt cargo test --test native head_pose:: -- --ignored
    python training/pose.py poses.txt

Each line has true yaw, pitch and roll in degrees, then the twelve coordinates that were found. Ridge regression on all products of up to
two of nine measures; measures and products that change sign in a mirror tell of yaw and lean, the others of pitch.
"""

import sys

import numpy as np

LAMBDA = 0.05


def measures(points):
    """As `pose.rs` has them: odd (change sign in a mirror), even, and the lean of the eyes in radians."""
    eyes = points[:, 1] - points[:, 0]
    lean = np.arctan2(eyes[:, 1], eyes[:, 0])
    cos, sin = np.cos(lean)[:, None], np.sin(lean)[:, None]
    from_centre = points - points.mean(1, keepdims=True)
    x = from_centre[..., 0] * cos + from_centre[..., 1] * sin
    y = from_centre[..., 1] * cos - from_centre[..., 0] * sin
    size = np.sqrt((x**2 + y**2).mean(1, keepdims=True))
    x, y = x / size, y / size
    odd = [x[:, 0] + x[:, 1], x[:, 4] + x[:, 5], y[:, 5] - y[:, 4], x[:, 2]]
    even = [x[:, 1] - x[:, 0], x[:, 5] - x[:, 4], y[:, 0] + y[:, 1], y[:, 4] + y[:, 5], y[:, 2]]
    return np.stack(odd, 1), np.stack(even, 1), lean


def products(odd, even):
    """The regressors of what is odd, and of what is even."""
    pairs = lambda a: [a[:, i] * a[:, j] for i in range(a.shape[1]) for j in range(i, a.shape[1])]
    for_odd = [*odd.T, *[o * e for o in odd.T for e in even.T]]
    for_even = [np.ones(len(odd)), *even.T, *pairs(even), *pairs(odd)]
    return np.stack(for_odd, 1), np.stack(for_even, 1)


def fit(regressors, values):
    scale = np.sqrt((regressors**2).mean(0))
    a = regressors / scale
    return np.linalg.solve(a.T @ a + LAMBDA * np.eye(a.shape[1]), a.T @ values) / scale[:, None]


def main():
    data = np.loadtxt(sys.argv[1])
    truth, points = data[:, :3], data[:, 3:].reshape(-1, 6, 2)
    odd, even, lean = measures(points)
    for_odd, for_even = products(odd, even)
    odd_truth = np.stack([truth[:, 0], truth[:, 2] - np.degrees(lean)], 1)
    fold = np.arange(len(data)) % 6
    off = np.zeros_like(truth)
    for k in range(6):
        train, test = fold != k, fold == k
        found = for_odd[test] @ fit(for_odd[train], odd_truth[train])
        off[test, 0], off[test, 2] = (found - odd_truth[test]).T
        off[test, 1] = (for_even[test] @ fit(for_even[train], truth[train, 1:2]) - truth[test, 1:2])[:, 0]
    near = (np.abs(truth[:, 0]) < 20) & (np.abs(truth[:, 1]) < 15)
    print("// mean error of people left out: yaw, pitch, roll", np.abs(off).mean(0).round(2), "within 20 and 15 degrees", np.abs(off[near]).mean(0).round(2))
    weights = fit(for_odd, odd_truth)
    for name, values in (("YAW", weights[:, 0]), ("LEAN", weights[:, 1]), ("PITCH", fit(for_even, truth[:, 1:2])[:, 0])):
        print(f"const {name}: [f32; {len(values)}] = [{', '.join(f'{v:.3f}' for v in values)}];")


if __name__ == "__main__":
    main()
