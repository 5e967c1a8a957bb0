//! Which addresses a webhook may have: integrators name them, and the server that calls them has access that they lack,
//! so that nothing inside its network may be reached through it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

use crate::http::errors::ApiError;

/// Maximum size in bytes of an address.
const LIMIT: usize = 2_048;

/// An address that is none, or that may not be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoAddress;

/// Examines an address that somebody wants to be called. What of it is only known once its name was resolved is
/// examined then.
///
/// # Errors
/// 422 about `field`: it is no address, or one that may not be called.
pub fn check(field: &str, text: &str, allow_private: bool) -> Result<(), ApiError> {
    let fits = parse(text).is_ok_and(|url| may_be_called(&url, allow_private));
    let expected = match allow_private {
        true => "an http or https address of at most 2048 bytes, without a user and a password",
        false => {
            "an https address of at most 2048 bytes, without a user and a password, of a host that the internet reaches"
        }
    };
    if fits { Ok(()) } else { Err(ApiError::invalid_value(field, expected)) }
}

/// Whether an address may be called, as far as can be decided before its name is resolved: in the open only over TLS
/// and not inside; where addresses inside are allowed, all.
pub fn may_be_called(url: &Url, allow_private: bool) -> bool {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let outside = url.scheme() == "https"
        // RFC 6761 section 6.3: these names are the machine itself.
        && host != "localhost"
        && !host.ends_with(".localhost")
        && literal_of(url).is_none_or(is_public);
    allow_private || outside
}

/// Reads an address.
///
/// # Errors
/// [`NoAddress`]
pub fn parse(text: &str) -> Result<Url, NoAddress> {
    if text.len() > LIMIT {
        return Err(NoAddress);
    }
    let url = Url::parse(text).map_err(|_| NoAddress)?;
    let fits = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none();
    if fits { Ok(url) } else { Err(NoAddress) }
}

/// The host where it is written as numbers: it is asked of no name server.
pub fn literal_of(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host).parse().ok()
}

/// Whether the internet at large is behind an address: none of the special-purpose blocks of RFC 6890 and its
/// registries (loopback, private, link-local, shared, documentation, benchmarks, multicast, reserved …), and no IPv4
/// address of them inside an IPv6 one (mapped, NAT64, 6to4).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => embedded(v6).map_or_else(|| is_public_v6(v6), is_public_v4),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    // Network and length of its prefix.
    const SPECIAL: &[([u8; 4], u32)] = &[
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16),
        ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 4),
        ([240, 0, 0, 0], 4),
    ];
    let bits = u32::from(address);
    SPECIAL.iter().all(|(network, length)| (bits ^ u32::from_be_bytes(*network)) >> (32 - length) != 0)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let s = address.segments();
    // Global unicast is 2000::/3; of it, not 2001::/23 (protocols, Teredo), 2001:db8::/32 and 3fff::/20
    // (documentation).
    s[0] & 0xe000 == 0x2000
        && !(s[0] == 0x2001 && s[1] < 0x0200)
        && !(s[0] == 0x2001 && s[1] == 0x0db8)
        && !(s[0] == 0x3fff && s[1] < 0x1000)
}

/// The IPv4 address that an IPv6 address leads to.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    let of = |high: u16, low: u16| Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    match s {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => of(high, low),
        [0x2002, high, low, ..] => of(high, low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inside_is_told_from_the_outside() {
        let inside = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.2.1",
            "192.168.1.1",
            "198.19.0.1",
            "203.0.113.7",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
        ];
        for text in inside {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        let outside = [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "172.32.0.1",
            "192.169.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ];
        for text in outside {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn addresses_are_read_and_others_refused() {
        for text in
            ["http://shop.example/hook", "https://shop.example:8443/a?b=c", "http://[::1]:80/", "http://127.0.0.1:9/x"]
        {
            assert!(parse(text).is_ok(), "{text}");
        }
        let long = format!("https://shop.example/{}", "a".repeat(LIMIT));
        for text in ["", "string", "/hook", "ftp://shop.example/", "https://", "https://user:word@shop.example/", &long]
        {
            assert!(parse(text).is_err(), "{text}");
        }
        let may = |text: &str, allow_private: bool| check("url", text, allow_private).is_ok();
        for text in
            ["https://shop.example/", "https://1.1.1.1/", "https://localhost.example/", "https://[2606:4700::1111]/"]
        {
            assert!(may(text, false) && may(text, true), "{text}");
        }
        for text in [
            "http://shop.example/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://hooks.localhost/",
            "https://10.0.0.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://[::ffff:192.168.0.1]/",
            "https://169.254.169.254/latest/meta-data",
        ] {
            assert!(!may(text, false) && may(text, true), "{text}");
        }
        assert!(!may("https://user:word@shop.example/", true));
        // Numbers in other ways of writing are numbers.
        for (text, literal) in [
            ("http://2130706433/", Some("127.0.0.1")),
            ("http://0x7f.1/", Some("127.0.0.1")),
            ("http://[::ffff:10.0.0.1]/", Some("::ffff:10.0.0.1")),
            ("http://shop.example/", None),
        ] {
            let found = literal_of(&parse(text).unwrap());
            assert_eq!(found, literal.map(|ip| ip.parse().unwrap()), "{text}");
        }
    }
}
