//! Which network address a request comes from.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    time::Instant,
};

use axum::{
    extract::Request,
    http::{HeaderName, StatusCode},
};
use houselights_shared::Refusal;

use super::{accept::Peer, refusal::ApiRefusal};
use crate::{app::App, holders::Untold, limits::millis};

/// Counts an attempt to sign in, or says when to try again.
pub(crate) fn attempt(app: &App, request: &Request) -> Result<(), ApiRefusal> {
    attempt_from(app, address(request, app.config.behind_proxy)).map_err(too_many)
}

/// Counts an attempt that failed, where it is the fault of whoever made it; there were too many, and that is what is told whoever guesses. Nobody is kept from
/// showing what they have: nobody with a ticket is held up by those who share their address.
pub(super) fn failed(app: &App, address: Option<IpAddr>, refusal: ApiRefusal) -> ApiRefusal {
    if refusal.is_for(&[Refusal::TokenInvalid, Refusal::TokenExpired])
        && let Some(address) = address
        && let Err(wait) = app.limits.attempts.failed(address, Instant::now())
        // What ran out stays so, however long they wait.
        && !refusal.is_for(&[Refusal::TokenExpired])
    {
        return too_many(millis(wait));
    }
    refusal
}

/// Of whom it cannot be told now whether they have what they show.
pub(super) fn untold((refusal, retry_after_ms): Untold) -> ApiRefusal {
    ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, refusal, retry_after_ms)
}

/// Counts an attempt of an address, or says in how many milliseconds to try again.
pub(crate) fn attempt_from(app: &App, address: Option<IpAddr>) -> Result<(), u32> {
    address.map_or(Ok(()), |address| app.limits.attempts.check(address).map_err(millis))
}

/// Counts a request of an address upon which a mail goes out, or says in how many milliseconds to try again.
pub(crate) fn letter_from(app: &App, address: Option<IpAddr>) -> Result<(), u32> {
    address.map_or(Ok(()), |address| app.limits.letters.check(&address).map_err(millis))
}

/// Too much from one address.
pub(crate) fn too_many(retry_after_ms: u32) -> ApiRefusal {
    ApiRefusal::retry(StatusCode::TOO_MANY_REQUESTS, Refusal::SlowDown, retry_after_ms)
}

/// Where a request comes from: what the socket says, or behind a proxy what the proxy says.
pub(crate) fn address(request: &Request, behind_proxy: bool) -> Option<IpAddr> {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.address.ip());
    let named = || {
        let header = request.headers().get_all(HeaderName::from_static("x-forwarded-for")).iter().next_back()?;
        written(header.to_str().ok()?.rsplit(',').next()?.trim())
    };
    let address = if behind_proxy { named().or(peer) } else { peer };
    address.map(network)
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn written(entry: &str) -> Option<IpAddr> {
    let bare = || entry.parse().ok();
    let with_port = || entry.parse().ok().map(|address: SocketAddr| address.ip());
    let in_brackets = || entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    bare().or_else(with_port).or_else(in_brackets)
}

/// A household has a whole IPv6 network of 64 bits.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => {
            six.to_ipv4_mapped().map_or_else(|| IpAddr::V6(Ipv6Addr::from(u128::from(six) & !u128::from(u64::MAX))), IpAddr::V4)
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn request(peer: &str, forwarded: &str) -> Request {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(Peer { address: peer.parse().unwrap(), doorstep: None });
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        request
    }

    #[test]
    fn what_a_client_claims_in_a_header_does_not_count() {
        let request = request("203.0.113.7:1", "198.51.100.1");
        assert_eq!(address(&request, false), "203.0.113.7".parse().ok());
    }

    #[test]
    fn behind_a_proxy_the_last_entry_of_its_header_counts() {
        let request = request("127.0.0.1:1", "6.6.6.6, 198.51.100.1");
        assert_eq!(address(&request, true), "198.51.100.1".parse().ok());
    }

    #[test]
    fn a_proxy_may_write_a_port_and_brackets() {
        for (entry, expected) in [
            ("198.51.100.1:567", "198.51.100.1"),
            ("[2001:db8::1]:443", "2001:db8::"),
            ("[2001:db8::1]", "2001:db8::"),
            ("2001:db8::1", "2001:db8::"),
            ("6.6.6.6, 198.51.100.1:567 ", "198.51.100.1"),
        ] {
            assert_eq!(address(&request("127.0.0.1:1", entry), true), expected.parse().ok(), "{entry}");
        }
        assert_eq!(address(&request("127.0.0.1:1", "unknown"), true), "127.0.0.1".parse().ok());
    }

    #[test]
    fn neighbours_in_one_ipv6_network_count_together() {
        assert_eq!(network("2001:db8::1".parse().unwrap()), network("2001:db8::ffff:1".parse().unwrap()));
        assert_ne!(network("2001:db8::1".parse().unwrap()), network("2001:db8:0:1::1".parse().unwrap()));
    }
}
