//! How often one network address may try to sign in.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
};

use axum::{
    extract::Request,
    http::{HeaderName, StatusCode},
};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use houselights_shared::Refusal;

use super::{accept::Peer, refusal::ApiRefusal};

/// More addresses than this at once: those that are quiet are forgotten early.
const ADDRESSES: usize = 100_000;

/// Counts attempts by address.
pub(crate) struct AddressLimit {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    behind_proxy: bool,
}

impl AddressLimit {
    pub(crate) fn new(per_minute: u32, behind_proxy: bool) -> Self {
        let quota = Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
        Self { limiter: RateLimiter::keyed(quota), behind_proxy }
    }

    /// Counts an attempt, or says when to try again.
    pub(super) fn check(&self, request: &Request) -> Result<(), ApiRefusal> {
        let Some(address) = self.address(request) else { return Ok(()) };
        self.limiter.check_key(&address).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            let millis = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
            ApiRefusal::retry(StatusCode::TOO_MANY_REQUESTS, Refusal::SlowDown, millis.saturating_add(1))
        })
    }

    /// Forgets addresses that have been quiet.
    pub(crate) fn tidy(&self) {
        self.limiter.retain_recent();
        if self.limiter.len() > ADDRESSES {
            self.limiter.shrink_to_fit();
        }
    }

    fn address(&self, request: &Request) -> Option<IpAddr> {
        let peer = request.extensions().get::<Peer>().map(|Peer(peer)| peer.ip());
        let named = || {
            let header = request.headers().get_all(HeaderName::from_static("x-forwarded-for")).iter().next_back()?;
            header.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
        };
        let address = if self.behind_proxy { named().or(peer) } else { peer };
        address.map(network)
    }
}

/// A household has a whole IPv6 network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
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
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        request
    }

    #[test]
    fn an_address_that_tries_too_often_is_told_when_to_come_back() {
        let limit = AddressLimit::new(2, false);
        let ask = || limit.check(&request("203.0.113.7:1", "198.51.100.1"));
        assert!(ask().is_ok() && ask().is_ok());
        assert!(ask().is_err(), "what it claims in a header does not count");
        assert!(limit.check(&request("203.0.113.8:1", "")).is_ok(), "others are not held up");
    }

    #[test]
    fn behind_a_proxy_its_header_counts() {
        let limit = AddressLimit::new(1, true);
        assert!(limit.check(&request("127.0.0.1:1", "6.6.6.6, 198.51.100.1")).is_ok());
        assert!(limit.check(&request("127.0.0.1:1", "7.7.7.7, 198.51.100.1")).is_err());
        assert!(limit.check(&request("127.0.0.1:1", "6.6.6.6, 198.51.100.2")).is_ok());
    }

    #[test]
    fn neighbours_in_one_ipv6_network_count_together() {
        assert_eq!(network("2001:db8::1".parse().unwrap()), network("2001:db8::ffff:1".parse().unwrap()));
        assert_ne!(network("2001:db8::1".parse().unwrap()), network("2001:db8:0:1::1".parse().unwrap()));
    }
}
