//! Parts of HTTP that every client uses: methods, header field values, percent-encoding, base addresses.

use std::fmt;

/// Longest base address, bytes.
const MAX_URL_BYTES: usize = 2048;

/// HTTP method of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`: without a body.
    Get,
    /// `POST`: with a body.
    Post,
    /// `PATCH`: with a body.
    Patch,
}

impl Method {
    /// Returns `GET`, `POST` or `PATCH`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
        }
    }
}

/// Returns whether a text may be a header field's value or a path segment as it is: 1 to `max_bytes` visible ASCII
/// characters.
pub fn is_field_value(text: &str, max_bytes: usize) -> bool {
    !text.is_empty() && text.len() <= max_bytes && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Returns the JSON text of a body: some servers and proxies put a byte order mark before it, which readers may ignore
/// (RFC 8259 section 8.1).
pub(crate) fn json_text(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Percent-encodes a value as one part of a path or query: all but the unreserved characters (RFC 3986 section 2.3).
#[cfg(feature = "backend")]
pub fn percent_encode(value: &str) -> impl fmt::Display + '_ {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(value, RESERVED)
}

/// A client option with an invalid value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidOption {
    /// Name of the option in JavaScript.
    pub name: &'static str,
    /// The values that are accepted.
    pub expected: &'static str,
}

impl fmt::Display for InvalidOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is invalid: expected {}", self.name, self.expected)
    }
}

impl std::error::Error for InvalidOption {}

/// Hosts to which a client connects without TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InsecureHttp {
    /// This machine only: `localhost`, `*.localhost`, `127.0.0.1`, `::1`.
    Loopback,
    /// Every host. For development networks, and for pages, whose browser enforces its own rules.
    Allowed,
}

/// The address of a server, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Parses an absolute address over HTTPS, or over HTTP if `insecure` allows it for the host.
    ///
    /// # Errors
    /// [`InvalidOption`] named `baseUrl` if the text has another scheme, no host, a user, a query, a fragment, a port
    /// above 65535 or more than 2,048 bytes.
    pub fn parse(text: &str, insecure: InsecureHttp) -> Result<Self, InvalidOption> {
        let expected = match insecure {
            InsecureHttp::Loopback => {
                "an absolute https:// address without user, query or fragment (http:// for this machine, or for every \
                 host with `allowInsecureHttp`)"
            }
            InsecureHttp::Allowed => "an absolute http:// or https:// address without user, query or fragment",
        };
        let invalid = InvalidOption { name: "baseUrl", expected };
        let (secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(invalid),
        };
        let authority = rest.split('/').next().unwrap_or_default();
        let (host, port) = split_authority(authority).ok_or(invalid)?;
        let loopback = matches!(host, "localhost" | "127.0.0.1" | "::1") || host.ends_with(".localhost");
        let clean = text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#' | b'@' | b'\\' | b'"'));
        let valid_port =
            port.is_none_or(|port| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok());
        let encrypted = secure || loopback || insecure == InsecureHttp::Allowed;
        if host.is_empty() || !clean || !valid_port || text.len() > MAX_URL_BYTES || !encrypted {
            return Err(invalid);
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }

    /// Returns the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path of the address: empty, or one that begins with a slash and ends without.
    pub fn path(&self) -> &str {
        let host = self.0.find("://").map_or(0, |at| at + 3);
        self.0[host..].find('/').map_or("", |at| &self.0[host + at..])
    }
}

/// Splits `host:port` or `[IPv6]:port`; `None` if the bracket is not closed or is followed by something else.
fn split_authority(authority: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        return if rest.is_empty() { Some((host, None)) } else { Some((host, Some(rest.strip_prefix(':')?))) };
    }
    Some(authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_https_and_loopback_addresses() {
        for url in [
            "https://a.example",
            "https://a.example/kyc/",
            "https://a.example:65535",
            "http://127.0.0.1:8080",
            "http://[::1]:80/x",
            "http://localhost",
            "http://kyc.localhost:1",
        ] {
            assert!(BaseUrl::parse(url, InsecureHttp::Loopback).is_ok(), "{url}");
        }
    }

    #[test]
    fn rejects_other_addresses() {
        for url in [
            "",
            "a.example",
            "https://",
            "https:///x",
            "https://:80",
            "https://u@a.example",
            "https://a.example?x",
            "https://a.example#x",
            "https://a b.example",
            "https://a.example:",
            "https://a.example:65536",
            "https://a.example:99999",
            "https://a.example:8o",
            "https://a.example:+80",
            "https://[::1",
            "https://[::1]80",
            "ftp://a.example",
        ] {
            for insecure in [InsecureHttp::Loopback, InsecureHttp::Allowed] {
                assert_eq!(BaseUrl::parse(url, insecure).unwrap_err().name, "baseUrl", "{url}");
            }
        }
    }

    #[test]
    fn plain_http_to_another_host_must_be_allowed() {
        for url in ["http://a.example", "http://localhost.example", "http://sandbox:8080"] {
            assert!(BaseUrl::parse(url, InsecureHttp::Loopback).is_err(), "{url}");
            assert!(BaseUrl::parse(url, InsecureHttp::Allowed).is_ok(), "{url}");
        }
    }

    #[test]
    fn path_is_what_follows_the_host() {
        let path = |text| BaseUrl::parse(text, InsecureHttp::Loopback).unwrap().path().to_owned();
        assert_eq!(path("https://a.example/"), "");
        assert_eq!(path("https://a.example/kyc/v2/"), "/kyc/v2");
    }

    #[cfg(feature = "backend")]
    #[test]
    fn encodes_all_but_unreserved_characters() {
        assert_eq!(percent_encode("aZ9-._~ /?&=%é").to_string(), "aZ9-._~%20%2F%3F%26%3D%25%C3%A9");
    }
}
