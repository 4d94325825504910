//! Where a webhook may go.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;
use tokio::net::lookup_host;
use url::{Host, Url};

const LONGEST_URL: usize = 2_048;
/// Inside Azure, what a machine learns of itself. Public by its number alone.
const AZURE: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// Lets nothing be sent to this machine, its network, or what a cloud tells its machines of themselves, unless it is set to.
///
/// It is the client's name resolver: what it has looked at is what is connected to, and nothing is looked up again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard {
    /// For who hosts both ends, and for tests: any address, and plain HTTP.
    pub(crate) allows_private: bool,
}

/// Why nothing is sent there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum UrlRefusal {
    /// No address of a web server, or a very long one.
    #[error("that is not an address")]
    Malformed,
    /// A body with people in it would go over the network for all to read.
    #[error("the address must begin with https://")]
    NotHttps,
    /// A name and password in an address end up in logs.
    #[error("the address must not hold a name or password")]
    Credentials,
    /// It is this machine, a private network, or what no machine has.
    #[error("the address is in a private network")]
    Private,
}

impl Guard {
    /// What can be told without looking a name up.
    pub(crate) fn check(self, url: &str) -> Result<Url, UrlRefusal> {
        if url.len() > LONGEST_URL {
            return Err(UrlRefusal::Malformed);
        }
        let url = Url::parse(url).map_err(|_| UrlRefusal::Malformed)?;
        match url.scheme() {
            "https" => {}
            "http" if self.allows_private => {}
            "http" => return Err(UrlRefusal::NotHttps),
            _ => return Err(UrlRefusal::Malformed),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlRefusal::Credentials);
        }
        let address = match url.host() {
            None => return Err(UrlRefusal::Malformed),
            // Looked at when it is looked up.
            Some(Host::Domain(_)) => return Ok(url),
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
        };
        if self.allows(address) { Ok(url) } else { Err(UrlRefusal::Private) }
    }

    fn allows(self, address: IpAddr) -> bool {
        self.allows_private || is_public(address)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let found: Vec<SocketAddr> = lookup_host((name.as_str(), 0)).await?.collect();
            // A name with both kinds is no mistake that anybody makes.
            if found.iter().all(|address| guard.allows(address.ip())) {
                Ok(Box::new(found.into_iter()) as Addrs)
            } else {
                Err(UrlRefusal::Private.into())
            }
        })
    }
}

/// Whether an address is one that the internet routes to some one machine (the IANA registries of special-purpose addresses).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let is_special = match address.octets() {
        // "This network", carriers' own, protocol assignments, the old relays of 6to4, benchmarks, reserved and broadcast.
        [0 | 240..=255, ..] | [192, 0, 0, _] | [192, 88, 99, _] | [198, 18 | 19, ..] => true,
        [100, second, ..] => second & 0xC0 == 64,
        _ => address == AZURE,
    };
    let is_local = address.is_loopback() || address.is_private() || address.is_link_local();
    !(is_special || is_local || address.is_multicast() || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // NAT64 (RFC 6052): an IPv4 address, as a network without such writes it.
        [0x64, 0xFF9B, 0, 0, 0, 0, high, low] => is_public_v4(v4(high, low)),
        // Protocol assignments with Teredo in them, documentation, and 6to4, which holds an IPv4 address.
        [0x2001, 0..=0x1FF | 0xDB8, ..] | [0x2002, ..] | [0x3FFF, 0..=0xFFF, ..] => false,
        // All that is given out to be routed. So neither loopback, nor mapped IPv4, nor what is local in any way.
        [first, ..] => first & 0xE000 == 0x2000,
    }
}

const fn v4(high: u16, low: u16) -> Ipv4Addr {
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Guard = Guard { allows_private: false };

    #[test]
    fn only_what_is_routed_is_public() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in
            ["8.8.8.8", "100.63.0.1", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2001:4860::1", "64:ff9b::808:808"]
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn an_address_that_tries_to_hide_is_seen() {
        for url in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:7f00:1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://\u{ff11}27.0.0.1/",
        ] {
            assert_eq!(STRICT.check(url), Err(UrlRefusal::Private), "{url}");
        }
    }

    #[test]
    fn what_is_no_address_for_a_webhook_is_refused() {
        let long = format!("https://a.test/{}", "x".repeat(LONGEST_URL));
        for (url, refusal) in [
            ("", UrlRefusal::Malformed),
            ("a.test/hook", UrlRefusal::Malformed),
            ("ftp://a.test/", UrlRefusal::Malformed),
            ("file:///etc/passwd", UrlRefusal::Malformed),
            ("https://", UrlRefusal::Malformed),
            (&long, UrlRefusal::Malformed),
            ("http://a.test/", UrlRefusal::NotHttps),
            ("https://me:word@a.test/", UrlRefusal::Credentials),
            ("https://me@a.test/", UrlRefusal::Credentials),
        ] {
            assert_eq!(STRICT.check(url), Err(refusal), "{url}");
        }
        assert!(STRICT.check("https://hooks.a.test:8443/in?key=1").is_ok());
        let open = Guard { allows_private: true };
        assert!(open.check("http://127.0.0.1:8080/").is_ok() && open.check("http://backend/").is_ok());
        assert_eq!(open.check("http://me:word@127.0.0.1/"), Err(UrlRefusal::Credentials));
    }

    #[tokio::test]
    async fn a_name_is_looked_at_when_it_is_looked_up() {
        let name = || "localhost".parse::<Name>().unwrap();
        assert!(STRICT.resolve(name()).await.is_err_and(|error| error.is::<UrlRefusal>()));
        let open = Guard { allows_private: true };
        assert!(open.resolve(name()).await.unwrap().all(|address| address.ip().is_loopback()));
    }
}
