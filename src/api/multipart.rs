//! Writing `multipart/form-data` (RFC 7578): the same natively and in a browser, so that what is tested is what is
//! sent.

/// A body under construction.
#[derive(Debug)]
pub struct Multipart {
    boundary: String,
    body: Vec<u8>,
}

impl Multipart {
    /// A body whose boundary is drawn from 128 random bits. It is not searched for in the parts: that one of them holds
    /// it has a chance of about 2⁻¹⁰⁰ for an image of megabytes.
    pub fn new(mut random: impl FnMut() -> u32) -> Self {
        let boundary = format!("kyc-capture-{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
        Self { boundary, body: Vec::new() }
    }

    /// Adds a text field.
    pub fn text(mut self, name: &str, value: &str) -> Self {
        self.begin(name);
        self.body.extend_from_slice(b"\r\n\r\n");
        self.body.extend_from_slice(value.as_bytes());
        self.body.extend_from_slice(b"\r\n");
        self
    }

    /// Adds a file.
    pub fn file(mut self, name: &str, file_name: &str, mime: &str, bytes: &[u8]) -> Self {
        self.body.reserve(bytes.len() + 256);
        self.begin(name);
        let head = format!("; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n", quoted(file_name), plain(mime));
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(bytes);
        self.body.extend_from_slice(b"\r\n");
        self
    }

    /// The content type, and the body.
    pub fn finish(mut self) -> (String, Vec<u8>) {
        self.body.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        (format!("multipart/form-data; boundary={}", self.boundary), self.body)
    }

    fn begin(&mut self, name: &str) {
        let head = format!("--{}\r\nContent-Disposition: form-data; name=\"{}\"", self.boundary, quoted(name));
        self.body.extend_from_slice(head.as_bytes());
    }
}

/// Escapes a name as the HTML standard does ("multipart form data", step *escape*): it can neither end the string nor
/// the line.
fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// A media type, or `application/octet-stream` where it has a character that does not belong in one.
fn plain(mime: &str) -> &str {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'+' | b'-');
    if !mime.is_empty() && mime.bytes().all(fits) { mime } else { "application/octet-stream" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_rfc_7578_says() {
        let mut n = 0;
        let random = || {
            n += 1;
            n
        };
        let (content_type, body) = Multipart::new(random)
            .text("session_id", "s-1")
            .file("image", "front\".jpg\r\n", "image/jpeg\r\nX: y", b"\xff\xd8\r\n--")
            .finish();
        assert_eq!(content_type, "multipart/form-data; boundary=kyc-capture-00000001000000020000000300000004");
        let b = "--kyc-capture-00000001000000020000000300000004";
        let mut expected = format!(
            "{b}\r\nContent-Disposition: form-data; name=\"session_id\"\r\n\r\ns-1\r\n\
             {b}\r\nContent-Disposition: form-data; name=\"image\"; filename=\"front%22.jpg%0D%0A\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        expected.extend_from_slice(b"\xff\xd8\r\n--\r\n");
        expected.extend_from_slice(format!("{b}--\r\n").as_bytes());
        assert_eq!(String::from_utf8_lossy(&body), String::from_utf8_lossy(&expected));
    }
}
