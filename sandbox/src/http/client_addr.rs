//! Where a request comes from: the address of its connection, or the one that a trusted proxy in front of the server names.

use std::net::IpAddr;

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

use crate::http::connection::Line;
use crate::state::App;

/// The address; `None` where there is no connection, as in a test without a socket.
pub fn address(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let connected = extensions.get::<ConnectInfo<Line>>().and_then(|line| line.0.address()).map(|end| end.ip());
    let forwarded = if app.config.trust_proxy { forwarded_for(headers) } else { None };
    forwarded.or(connected).map(|address| address.to_canonical())
}

/// The last address of the last `X-Forwarded-For`: a proxy adds the one that it sees at the end, and what stands before may
/// be the client's invention.
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
    fn the_proxys_own_word_counts() {
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
