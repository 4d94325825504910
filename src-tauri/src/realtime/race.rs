//! Connecting to a name with several addresses: all of them, one a little after the other, and the first that answers is taken
//! ("happy eyeballs", RFC 8305). One that is never answered, as IPv6 often is, costs a quarter of a second and not a minute.

use std::{io, net::SocketAddr, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::{
    net::{TcpStream, lookup_host},
    time::sleep,
};

/// An address is tried so long after the one before, or when that has failed (RFC 8305, section 5).
const STAGGER: Duration = Duration::from_millis(250);

/// A connection to whichever address of the name answers first.
pub(super) async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let addresses = taking_turns(lookup_host((host, port)).await?.collect());
    first(addresses.into_iter().map(TcpStream::connect), STAGGER).await
}

/// The system's order, with the two families taking turns, the preferred one first (RFC 8305, section 4).
fn taking_turns(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let leading = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (leads, follows): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|address| address.is_ipv6() == leading);
    let mut follows = follows.into_iter();
    let mut out = Vec::new();
    for address in leads {
        out.push(address);
        out.extend(follows.next());
    }
    out.extend(follows);
    out
}

/// What the first attempt that succeeds comes to; the others are dropped. Where none does: the error of the last that failed.
async fn first<T, F>(attempts: impl IntoIterator<Item = F>, stagger: Duration) -> io::Result<T>
where
    F: Future<Output = io::Result<T>>,
{
    let mut waiting = attempts.into_iter();
    let mut running: FuturesUnordered<F> = waiting.next().into_iter().collect();
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    let mut more = true;
    while !running.is_empty() {
        tokio::select! {
            Some(ended) = running.next() => match ended {
                Ok(connected) => return Ok(connected),
                Err(error) => failed = error,
            },
            () = sleep(stagger), if more => {}
        }
        // After a failure, or when it takes its time.
        match waiting.next() {
            Some(attempt) => running.push(attempt),
            None => more = false,
        }
    }
    Err(failed)
}

#[cfg(test)]
mod tests {
    use futures_util::future::BoxFuture;
    use tokio::net::TcpListener;

    use super::*;

    type Attempt = BoxFuture<'static, io::Result<u8>>;

    /// An address from which nothing ever comes.
    fn never() -> Attempt {
        Box::pin(std::future::pending())
    }

    fn fails(kind: io::ErrorKind) -> Attempt {
        Box::pin(async move { Err(kind.into()) })
    }

    fn answers(number: u8) -> Attempt {
        Box::pin(async move { Ok(number) })
    }

    #[tokio::test]
    async fn an_address_that_never_answers_holds_up_none_that_does() {
        let soon = Duration::from_millis(1);
        assert_eq!(first([never(), never(), answers(3)], soon).await.unwrap(), 3);
        assert_eq!(first([never(), fails(io::ErrorKind::ConnectionRefused), answers(3)], soon).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn after_a_failure_the_next_is_tried_at_once() {
        let never_comes = Duration::from_secs(100_000);
        assert_eq!(first([fails(io::ErrorKind::ConnectionRefused), answers(2)], never_comes).await.unwrap(), 2);
        assert_eq!(first([answers(1), never()], never_comes).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn where_nothing_answers_the_last_failure_is_told() {
        let attempts = [fails(io::ErrorKind::ConnectionRefused), fails(io::ErrorKind::HostUnreachable)];
        assert_eq!(first(attempts, STAGGER).await.unwrap_err().kind(), io::ErrorKind::HostUnreachable);
        assert_eq!(first(Vec::<Attempt>::new(), STAGGER).await.unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn the_families_take_turns() {
        let addresses = |list: &[&str]| -> Vec<SocketAddr> { list.iter().map(|one| one.parse().unwrap()).collect() };
        let named = addresses(&["[::1]:1", "[::2]:1", "[::3]:1", "127.0.0.1:1", "127.0.0.2:1"]);
        let turns = addresses(&["[::1]:1", "127.0.0.1:1", "[::2]:1", "127.0.0.2:1", "[::3]:1"]);
        assert_eq!(taking_turns(named), turns);
        assert_eq!(taking_turns(addresses(&["127.0.0.1:1", "[::1]:1"])), addresses(&["127.0.0.1:1", "[::1]:1"]));
        assert_eq!(taking_turns(Vec::new()), addresses(&[]));
    }

    #[tokio::test]
    async fn a_name_is_connected_to_at_the_address_that_listens() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        // Often two addresses, of which nobody listens at `::1`.
        let connected = connect("localhost", address.port()).await.unwrap();
        assert_eq!(connected.peer_addr().unwrap(), address);
    }
}
