use super::*;

/// Writes a file in the module's layout, independently of `training/kycm.py`.
struct Writer {
    ops: Vec<u8>,
    count: u32,
    input_channels: u32,
    outputs: Vec<u16>,
}

impl Writer {
    fn new(input_channels: u32) -> Self {
        Self { ops: Vec::new(), count: 0, input_channels, outputs: Vec::new() }
    }

    fn op(&mut self, kind: u8, activation: u8, first: u16, second: u16, rest: &[u8]) -> u16 {
        self.ops.extend([kind, activation]);
        self.ops.extend(first.to_le_bytes());
        self.ops.extend(second.to_le_bytes());
        self.ops.extend(rest);
        self.count += 1;
        self.count as u16
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = b"KYCM".to_vec();
        for v in [1, self.input_channels, self.count] {
            out.extend(v.to_le_bytes());
        }
        out.extend(&self.ops);
        out.extend((self.outputs.len() as u16).to_le_bytes());
        for id in &self.outputs {
            out.extend(id.to_le_bytes());
        }
        out
    }
}

fn u16s(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn f32s(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// Pseudo-random values within -1..1.
fn noise(n: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    (0..n)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

/// Reference convolution, one value at a time. Depthwise: output `o` reads channel `o / multiple`.
#[allow(clippy::too_many_arguments)]
fn naive(
    x: &Tensor,
    w: &[f32],
    bias: &[f32],
    k: (usize, usize),
    s: (usize, usize),
    pad: [usize; 4],
    depthwise: bool,
) -> Tensor {
    let out_c = bias.len();
    let h = (x.height + pad[0] + pad[1] - k.0) / s.0 + 1;
    let wd = (x.width + pad[2] + pad[3] - k.1) / s.1 + 1;
    let mut out = Tensor::zeros(h, wd, out_c);
    for y in 0..h {
        for xx in 0..wd {
            for o in 0..out_c {
                let mut sum = bias[o];
                for ky in 0..k.0 {
                    for kx in 0..k.1 {
                        let (iy, ix) = ((y * s.0 + ky) as i64 - pad[0] as i64, (xx * s.1 + kx) as i64 - pad[2] as i64);
                        if iy < 0 || ix < 0 || iy >= x.height as i64 || ix >= x.width as i64 {
                            continue;
                        }
                        let place = x.at(iy as usize, ix as usize);
                        let tap = ky * k.1 + kx;
                        if depthwise {
                            sum += place[o * x.channels / out_c] * w[tap * out_c + o];
                        } else {
                            for (c, v) in place.iter().enumerate() {
                                sum += v * w[(tap * x.channels + c) * out_c + o];
                            }
                        }
                    }
                }
                out.data[(y * wd + xx) * out_c + o] = sum;
            }
        }
    }
    out
}

fn assert_close(a: &Tensor, b: &Tensor, what: &str) {
    assert_eq!((a.height, a.width, a.channels), (b.height, b.width, b.channels), "{what}");
    for (i, (x, y)) in a.data.iter().zip(&b.data).enumerate() {
        assert!((x - y).abs() < 1e-4, "{what}: value {i}: {x} against {y}");
    }
}

#[test]
fn convolutions_equal_their_definition() {
    // Depthwise, kernel, stride, padding, input channels, output channels, height, width.
    let cases = [
        (false, (3, 3), (1, 1), [1, 1, 1, 1], 3, 5, 7, 9),
        (false, (3, 3), (2, 2), [0, 1, 0, 1], 4, 16, 8, 8),
        (false, (5, 5), (2, 2), [1, 2, 1, 2], 3, 24, 16, 12),
        (false, (1, 1), (1, 1), [0, 0, 0, 0], 9, 8, 3, 3),
        (false, (3, 5), (2, 1), [1, 1, 2, 2], 2, 11, 6, 2),
        (false, (2, 1), (1, 1), [0, 0, 0, 0], 1, 1, 2, 1),
        (true, (3, 3), (1, 1), [1, 1, 1, 1], 28, 28, 7, 5),
        (true, (3, 3), (2, 2), [0, 1, 0, 1], 3, 3, 8, 8),
        (true, (5, 1), (1, 1), [2, 2, 0, 0], 8, 8, 6, 1),
        (true, (3, 3), (1, 1), [1, 1, 1, 1], 5, 15, 4, 4),
        (true, (1, 1), (2, 2), [0, 0, 0, 0], 1, 2, 3, 3),
    ];
    for (i, (depthwise, k, s, pad, cin, cout, h, w)) in cases.into_iter().enumerate() {
        let per_output = k.0 * k.1 * if depthwise { 1 } else { cin };
        let weights = noise(per_output * cout, 7 + i as u32);
        let bias = noise(cout, 99);
        let mut writer = Writer::new(cin as u32);
        let window = [k.0, k.1, s.0, s.1, pad[0], pad[1], pad[2], pad[3], cout].map(|v| v as u16);
        let rest = [u16s(&window), vec![0], f32s(&weights), f32s(&bias)].concat();
        let id = writer.op(if depthwise { 2 } else { 1 }, 0, 0, 0xffff, &rest);
        writer.outputs.push(id);
        let x = Tensor { height: h, width: w, channels: cin, data: noise(h * w * cin, 3) };
        let out = Model::from_bytes(&writer.bytes()).unwrap().run(x.clone()).unwrap();
        assert_close(&out[0], &naive(&x, &weights, &bias, k, s, pad, depthwise), &format!("case {i}"));
    }
}

#[test]
fn weight_types_and_activations() {
    let x = Tensor { height: 1, width: 1, channels: 1, data: vec![1.0] };
    let window = u16s(&[1, 1, 1, 1, 0, 0, 0, 0, 2]);
    let bias = f32s(&[0.0, 0.0]);
    let half = u16s(&[0x3c00, 0xc000]); // 1.0, -2.0
    let int8 = [vec![2u8], f32s(&[0.5, 0.25]), vec![2u8, (-8i8) as u8]].concat(); // 1.0, -2.0
    let cases = [
        ("f32, none", [vec![0], f32s(&[1.0, -2.0])].concat(), 0, vec![], [1.0, -2.0]),
        ("f16, relu", [vec![1], half.clone()].concat(), 1, vec![], [1.0, 0.0]),
        ("f16, prelu", [vec![1], half].concat(), 2, f32s(&[0.5, 0.5]), [1.0, -1.0]),
        ("i8, none", int8, 0, vec![], [1.0, -2.0]),
    ];
    for (what, weights, activation, slopes, expected) in cases {
        let mut writer = Writer::new(1);
        let id = writer.op(1, activation, 0, 0xffff, &[window.clone(), weights, bias.clone(), slopes].concat());
        writer.outputs.push(id);
        let out = Model::from_bytes(&writer.bytes()).unwrap().run(x.clone()).unwrap();
        assert_eq!(out[0].data, expected, "{what}");
    }
}

#[test]
fn pools_adds_pads_and_means() {
    let x = Tensor { height: 2, width: 2, channels: 1, data: vec![1.0, -2.0, 3.0, 4.0] };
    let mut writer = Writer::new(1);
    let pooled = writer.op(3, 0, 0, 0xffff, &u16s(&[2, 2, 2, 2, 0, 0, 0, 0]));
    let doubled = writer.op(4, 0, 0, 0, &[]);
    let wide = writer.op(5, 0, 0, 0xffff, &u16s(&[3]));
    let mean = writer.op(6, 0, doubled, 0xffff, &[]);
    writer.outputs = vec![pooled, doubled, wide, mean];
    let out = Model::from_bytes(&writer.bytes()).unwrap().run(x).unwrap();
    assert_eq!(out[0].data, [4.0]);
    assert_eq!(out[1].data, [2.0, -4.0, 6.0, 8.0]);
    assert_eq!(out[2].data, [1.0, 0.0, 0.0, -2.0, 0.0, 0.0, 3.0, 0.0, 0.0, 4.0, 0.0, 0.0]);
    assert_eq!((out[3].height, out[3].width, out[3].data.as_slice()), (1, 2, [4.0, 2.0].as_slice()));
}

#[test]
fn rejects_hostile_files_and_inputs() {
    let mut writer = Writer::new(2);
    let rest = [u16s(&[3, 3, 1, 1, 0, 0, 0, 0, 4]), vec![0], f32s(&[0.5; 72]), f32s(&[0.0; 4])].concat();
    let id = writer.op(1, 1, 0, 0xffff, &rest);
    writer.outputs.push(id);
    let good = writer.bytes();
    let model = Model::from_bytes(&good).unwrap();
    assert_eq!((model.input_channels(), model.output_channels()), (2, vec![4]));
    for cut in 0..good.len() {
        assert_eq!(Model::from_bytes(&good[..cut]).unwrap_err().code(), "model_invalid", "cut at {cut}");
    }
    assert!(Model::from_bytes(&[&good[..], &[0]].concat()).is_err());
    // Every byte changed in turn: rejected or accepted, never a panic; an accepted model runs or rejects its input.
    for i in 0..good.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut bad = good.clone();
            bad[i] = value;
            if let Ok(model) = Model::from_bytes(&bad) {
                let c = model.input_channels();
                let _ = model.run(Tensor::zeros(4, 4, c));
            }
        }
    }
    assert!(model.run(Tensor::zeros(5, 5, 3)).is_err(), "other channels");
    assert!(model.run(Tensor::zeros(2, 2, 2)).is_err(), "smaller than the window");
}

#[test]
fn limits_the_resources_of_small_files() {
    // A chain of convolutions that is cheap to declare, over an input that fits.
    let window = |kernel: u16, pad: u16, out: u16| u16s(&[kernel, kernel, 1, 1, pad, pad, pad, pad, out]);
    let mut wide = Writer::new(1);
    let id = wide.op(5, 0, 0, 0xffff, &u16s(&[4096]));
    wide.outputs.push(id);
    let mut slow = Writer::new(1);
    let mut last = 0;
    for _ in 0..600 {
        let rest = [window(63, 31, 1), vec![2], f32s(&[1.0]), vec![1; 63 * 63], f32s(&[0.0])].concat();
        last = slow.op(1, 0, last, 0xffff, &rest);
    }
    slow.outputs.push(last);
    for (what, file, side) in [("memory", wide.bytes(), 100), ("work", slow.bytes(), 100)] {
        let model = Model::from_bytes(&file).unwrap();
        assert!(model.run(Tensor::zeros(2, 2, 1)).is_ok() || what == "work", "{what}: a small input runs");
        assert_eq!(model.run(Tensor::zeros(side, side, 1)).unwrap_err().code(), "model_invalid", "{what}");
    }
    let refused = [
        ("border as wide as the kernel", [window(3, 3, 1), vec![0], f32s(&[1.0; 10])].concat()),
        ("more weights than the file has", [window(64, 0, 4096), vec![0], f32s(&[1.0; 10])].concat()),
        ("infinite scale", [window(1, 0, 1), vec![2], f32s(&[f32::MAX]), vec![100], f32s(&[0.0])].concat()),
        ("not a number", [window(1, 0, 1), vec![1], u16s(&[0x7e00]), f32s(&[0.0])].concat()),
    ];
    for (what, rest) in refused {
        let mut writer = Writer::new(1);
        let id = writer.op(1, 0, 0, 0xffff, &rest);
        writer.outputs.push(id);
        assert!(Model::from_bytes(&writer.bytes()).is_err(), "{what}");
    }
    let mut twice = Writer::new(1);
    let id = twice.op(4, 0, 0, 0, &[]);
    twice.outputs = vec![id, id];
    assert!(Model::from_bytes(&twice.bytes()).is_err(), "an output twice");
    assert!(Model::from_bytes(&wide.bytes()).unwrap().run(Tensor { data: vec![], ..Tensor::zeros(2, 2, 1) }).is_err());
}
