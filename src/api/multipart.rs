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
/// the line. Other control characters, which no field value may have (RFC 9110 section 5.5), are escaped too.
fn quoted(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => escaped.push_str("%22"),
            c if c.is_ascii_control() => escaped.push_str(&format!("%{:02X}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A media type, or `application/octet-stream` where it has not the form of one.
fn plain(mime: &str) -> &str {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-');
    let is_name = |part: &str| !part.is_empty() && part.bytes().all(fits);
    match mime.split_once('/') {
        Some((kind, subtype)) if is_name(kind) && is_name(subtype) => mime,
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_media_types_stay_within_their_line() {
        for (name, written) in [
            ("a.jpg", "a.jpg"),
            ("a\"b\r\n\t\u{5}\u{7f}.jpg", "a%22b%0D%0A%09%05%7F.jpg"),
            ("паспорт.jpg", "паспорт.jpg"),
        ] {
            assert_eq!(quoted(name), written);
        }
        for mime in ["", "/", "image/", "/png", "image/png/x", "image/png\r\nX: y", "image", "image/\u{5}"] {
            assert_eq!(plain(mime), "application/octet-stream", "{mime:?}");
        }
        assert_eq!(plain("image/svg+xml"), "image/svg+xml");
    }

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
