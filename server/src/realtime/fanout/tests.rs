use std::{io::Read, net::TcpStream};

use houselights_shared::{Seq, Timestamp, Update, UpdateBatch, UpdateBody};
use tokio::net::TcpListener;

use super::*;

const ROOM: RoomId = RoomId::from_uuid(uuid::Uuid::nil());

/// A fan-out, and the far ends of those who are in it, in the order of a round.
struct House {
    fan_out: FanOut,
    tell: mpsc::Sender<Tell>,
    told: mpsc::Receiver<Tell>,
    clients: Vec<TcpStream>,
}

impl House {
    async fn of(people: usize) -> Self {
        let (tell, told) = mpsc::channel(QUEUED);
        let fan_out = FanOut::new(ROOM, Arc::new(Metrics::new().unwrap()), Arc::default());
        let mut house = Self { fan_out, tell, told, clients: Vec::new() };
        for _ in 0..people {
            house.come(0).await;
        }
        house
    }

    /// Somebody who has everything up to `seq`.
    async fn come(&mut self, seq: u64) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        client.set_nonblocking(true).unwrap();
        let outbox = Arc::new(Outbox::new(listener.accept().await.unwrap().0));
        self.clients.push(client);
        let who = ParticipantId::random();
        self.fan_out.hear(Tell::Enter { outbox, who, view: View::Audience, seq: Seq::new(seq) });
    }

    /// A round, within which this comes after each row of writes.
    async fn round(&mut self, mut comes: Vec<Tell>) {
        let round = self.fan_out.round(&mut self.told);
        let coming = async {
            for tell in comes.drain(..) {
                self.tell.send(tell).await.unwrap();
                tokio::task::yield_now().await;
            }
        };
        tokio::join!(round, coming);
    }

    /// Where each frame that they were sent since begins and ends.
    fn heard(&mut self) -> Vec<Vec<(u64, u64)>> {
        let read = |client: &mut TcpStream| {
            let mut bytes = Vec::new();
            // What was written to a socket of this machine is there; after it nothing is.
            assert!(client.read_to_end(&mut bytes).is_err_and(|end| end.kind() == std::io::ErrorKind::WouldBlock));
            spans(&bytes)
        };
        self.clients.iter_mut().map(read).collect()
    }
}

fn spans(mut bytes: &[u8]) -> Vec<(u64, u64)> {
    let mut spans = Vec::new();
    while let [_, short, long @ ..] = bytes {
        let (length, rest) = match (*short, long) {
            (126, [high, low, rest @ ..]) => (usize::from(*high) << 8 | usize::from(*low), rest),
            (short, rest) => (usize::from(short), rest),
        };
        let (frame, rest) = rest.split_at(length);
        if let ServerFrame::Updates(UpdateBatch { updates, .. }) = serde_json::from_slice(frame).unwrap() {
            spans.push((updates[0].seq.number(), updates.last().unwrap().last().number()));
        }
        bytes = rest;
    }
    spans
}

fn said(seqs: std::ops::RangeInclusive<u64>) -> Tell {
    let update =
        |seq| Update { room: ROOM, seq: Seq::new(seq), at: Timestamp::from_micros(1), by: None, body: UpdateBody::Unpinned };
    Tell::Updates(seqs.map(|seq| Arc::new(update(seq))).collect())
}

#[tokio::test]
async fn what_comes_within_a_round_is_told_at_once_to_those_whose_turn_is_still_to_come_and_to_the_others_in_the_next() {
    let first_rows = WRITES_IN_A_ROW * TAKEN_IN_EVERY;
    let mut house = House::of(first_rows + 3).await;
    house.fan_out.hear(said(1..=2));
    house.round(vec![said(3..=3)]).await;
    let heard = house.heard();
    assert!(heard[..first_rows].iter().all(|spans| *spans == [(1, 2)]));
    assert!(heard[first_rows..].iter().all(|spans| *spans == [(1, 3)]), "{:?}", &heard[first_rows..]);
    house.fan_out.hear(said(4..=4));
    house.round(Vec::new()).await;
    let heard = house.heard();
    assert!(heard[..first_rows].iter().all(|spans| *spans == [(3, 4)]));
    assert!(heard[first_rows..].iter().all(|spans| *spans == [(4, 4)]));
    assert!(house.fan_out.backlog.is_empty(), "everybody has everything");
    house.round(Vec::new()).await;
    assert!(house.heard().iter().all(Vec::is_empty), "nothing is told twice");
}

#[tokio::test]
async fn who_comes_within_a_round_gets_what_they_lack_and_nothing_twice() {
    let mut house = House::of(WRITES_IN_A_ROW).await;
    house.fan_out.hear(said(1..=3));
    house.come(2).await;
    house.come(3).await;
    house.fan_out.hear(said(4..=4));
    // They were given more than this round goes on with.
    let mut late = House::of(0).await;
    late.come(5).await;
    let outbox = late.fan_out.members.pop_first().unwrap().1.outbox;
    house.clients.append(&mut late.clients);
    let enter = Tell::Enter { outbox, who: ParticipantId::random(), view: View::Audience, seq: Seq::new(5) };
    house.round(vec![said(5..=5), enter]).await;
    house.fan_out.hear(said(6..=6));
    house.round(Vec::new()).await;
    let heard = house.heard();
    assert_eq!(heard[0], [(1, 4), (5, 6)]);
    assert_eq!(heard[WRITES_IN_A_ROW..], [vec![(3, 4), (5, 6)], vec![(4, 4), (5, 6)], vec![(6, 6)]]);
}
