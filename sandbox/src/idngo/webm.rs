//! A WebM file of key frames: EBML (RFC 8794), Matroska (RFC 9559), VP8 (RFC 6386).

/// Identifiers of elements (RFC 9559 section 5.1).
mod id {
    pub(super) const EBML: u32 = 0x1A45_DFA3;
    pub(super) const EBML_VERSION: u32 = 0x4286;
    pub(super) const EBML_READ_VERSION: u32 = 0x42F7;
    pub(super) const EBML_MAX_ID_LENGTH: u32 = 0x42F2;
    pub(super) const EBML_MAX_SIZE_LENGTH: u32 = 0x42F3;
    pub(super) const DOC_TYPE: u32 = 0x4282;
    pub(super) const DOC_TYPE_VERSION: u32 = 0x4287;
    pub(super) const DOC_TYPE_READ_VERSION: u32 = 0x4285;
    pub(super) const SEGMENT: u32 = 0x1853_8067;
    pub(super) const INFO: u32 = 0x1549_A966;
    pub(super) const TIMESTAMP_SCALE: u32 = 0x2AD7B1;
    pub(super) const DURATION: u32 = 0x4489;
    pub(super) const MUXING_APP: u32 = 0x4D80;
    pub(super) const WRITING_APP: u32 = 0x5741;
    pub(super) const TRACKS: u32 = 0x1654_AE6B;
    pub(super) const TRACK_ENTRY: u32 = 0xAE;
    pub(super) const TRACK_NUMBER: u32 = 0xD7;
    pub(super) const TRACK_UID: u32 = 0x73C5;
    pub(super) const TRACK_TYPE: u32 = 0x83;
    pub(super) const FLAG_LACING: u32 = 0x9C;
    pub(super) const CODEC_ID: u32 = 0x86;
    pub(super) const VIDEO: u32 = 0xE0;
    pub(super) const PIXEL_WIDTH: u32 = 0xB0;
    pub(super) const PIXEL_HEIGHT: u32 = 0xBA;
    pub(super) const CLUSTER: u32 = 0x1F43_B675;
    pub(super) const TIMESTAMP: u32 = 0xE7;
    pub(super) const SIMPLE_BLOCK: u32 = 0xA3;
}

/// A video of VP8 key frames, all of `width` by `height` pixels, each shown for `frame_ms`.
pub fn mux(frames: &[Vec<u8>], width: u32, height: u32, frame_ms: u32) -> Vec<u8> {
    const APP: &str = "kyc-sandbox";
    let mut out = Vec::new();
    let mut head = Vec::new();
    for (id, value) in
        [(id::EBML_VERSION, 1), (id::EBML_READ_VERSION, 1), (id::EBML_MAX_ID_LENGTH, 4), (id::EBML_MAX_SIZE_LENGTH, 8)]
    {
        uint(&mut head, id, value);
    }
    element(&mut head, id::DOC_TYPE, b"webm");
    uint(&mut head, id::DOC_TYPE_VERSION, 2);
    uint(&mut head, id::DOC_TYPE_READ_VERSION, 2);
    element(&mut out, id::EBML, &head);

    let mut segment = Vec::new();
    let mut info = Vec::new();
    // Timestamps count milliseconds.
    uint(&mut info, id::TIMESTAMP_SCALE, 1_000_000);
    let duration_ms = f64::from(frame_ms) * frames.len() as f64;
    element(&mut info, id::DURATION, &duration_ms.to_be_bytes());
    element(&mut info, id::MUXING_APP, APP.as_bytes());
    element(&mut info, id::WRITING_APP, APP.as_bytes());
    element(&mut segment, id::INFO, &info);

    let (mut video, mut track, mut tracks) = (Vec::new(), Vec::new(), Vec::new());
    uint(&mut video, id::PIXEL_WIDTH, u64::from(width));
    uint(&mut video, id::PIXEL_HEIGHT, u64::from(height));
    uint(&mut track, id::TRACK_NUMBER, 1);
    uint(&mut track, id::TRACK_UID, 1);
    // A video.
    uint(&mut track, id::TRACK_TYPE, 1);
    uint(&mut track, id::FLAG_LACING, 0);
    element(&mut track, id::CODEC_ID, b"V_VP8");
    element(&mut track, id::VIDEO, &video);
    element(&mut tracks, id::TRACK_ENTRY, &track);
    element(&mut segment, id::TRACKS, &tracks);

    // A cluster for each frame: a block's time is relative to its cluster's, in 16 bits.
    for (frame, at_ms) in frames.iter().zip((0_u64..).map(|i| i * u64::from(frame_ms))) {
        let mut cluster = Vec::new();
        uint(&mut cluster, id::TIMESTAMP, at_ms);
        // Track 1, no time after the cluster's, a key frame.
        let mut block = vec![0x81, 0, 0, 0x80];
        block.extend_from_slice(frame);
        element(&mut cluster, id::SIMPLE_BLOCK, &block);
        element(&mut segment, id::CLUSTER, &cluster);
    }
    element(&mut out, id::SEGMENT, &segment);
    out
}

/// An element: its identifier, its length in one byte or eight, its content.
fn element(out: &mut Vec<u8>, id: u32, content: &[u8]) {
    let bytes = id.to_be_bytes();
    out.extend_from_slice(&bytes[id.leading_zeros() as usize / 8..]);
    match u8::try_from(content.len()) {
        // All ones stand for a length that is not known.
        Ok(length) if length < 0x7f => out.push(0x80 | length),
        _ => out.extend_from_slice(&(1_u64 << 56 | content.len() as u64).to_be_bytes()),
    }
    out.extend_from_slice(content);
}

fn uint(out: &mut Vec<u8>, id: u32, value: u64) {
    let bytes = value.to_be_bytes();
    let first = (value.leading_zeros() as usize / 8).min(7);
    element(out, id, &bytes[first..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idngo::media::{MediaType, look};

    #[test]
    fn elements_have_the_lengths_that_they_say() {
        let file = mux(&[vec![1; 300], vec![2; 5]], 640, 480, 500);
        assert_eq!(look(&file).unwrap().kind, MediaType::Webm);
        // The header, then one segment to the end.
        let length = |at: usize| usize::from_be_bytes(file[at..at + 8].try_into().unwrap()) & 0x00ff_ffff_ffff_ffff;
        let segment = 5 + usize::from(file[4] & 0x7f);
        assert_eq!(file[segment..segment + 4], id::SEGMENT.to_be_bytes());
        assert_eq!(segment + 12 + length(segment + 4), file.len());
        let clusters = file.windows(4).filter(|w| *w == id::CLUSTER.to_be_bytes()).count();
        assert_eq!(clusters, 2);
        let mut number = Vec::new();
        uint(&mut number, id::PIXEL_WIDTH, 640);
        assert_eq!(number, [0xB0, 0x82, 2, 0x80]);
    }
}
