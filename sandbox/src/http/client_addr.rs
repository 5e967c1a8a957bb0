//! The client's address: that of the connection, or the one that a trusted proxy in front of the server reports.

use std::net::IpAddr;

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

use crate::http::connection::ConnectionHandle;

/// Whether a proxy in front of the server reports the caller's address in `X-Forwarded-For`.
#[derive(Debug, Clone, Copy)]
pub struct TrustProxy(pub bool);

/// Returns the client's address, or `None` without a connection, as in a test without a socket.
pub fn client_addr(trust_proxy: TrustProxy, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let connected =
        extensions.get::<ConnectInfo<ConnectionHandle>>().and_then(|line| line.0.address()).map(|end| end.ip());
    let forwarded = if trust_proxy.0 { forwarded_for(headers) } else { None };
    forwarded.or(connected).map(|address| address.to_canonical())
}

/// Returns the last address of the last `X-Forwarded-For`: a proxy appends the one that it sees; what is before may be
/// forged by the client.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let line = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let last = line.rsplit(',').next()?.trim();
    let bare = last.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(last);
    bare.parse().ok().or_else(|| last.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn takes_the_address_that_the_proxy_appended() {
        let table = [
            ("203.0.113.7", Some("203.0.113.7")),
            ("198.51.100.1, 203.0.113.7", Some("203.0.113.7")),
            ("203.0.113.7:4711", Some("203.0.113.7")),
            ("[2001:db8::1]:4711", Some("2001:db8::1")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("203.0.113.7, unknown", None),
            ("", None),
        ];
        for (value, expected) in table {
            let mut headers = HeaderMap::new();
            headers.append("x-forwarded-for", HeaderValue::from_static("192.0.2.99"));
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
            assert_eq!(forwarded_for(&headers).map(|ip| ip.to_string()).as_deref(), expected, "{value}");
        }
    }
}
