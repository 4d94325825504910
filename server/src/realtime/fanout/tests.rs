use std::{io::Read, net::TcpStream};

use houselights_shared::{Seq, Timestamp, Update, UpdateBatch, UpdateBody};
use tokio::net::TcpListener;

use super::*;

const ROOM: RoomId = RoomId::from_uuid(uuid::Uuid::nil());
/// Those who are told in a round what was there when it began, however much comes meanwhile.
const FIRST: usize = WRITES_IN_A_ROW * TAKEN_IN_EVERY;

/// Nobody has so many viewers here.
const ANEW: u32 = 4_000;

/// A fan-out, and the far ends of those who are in it, in the order of a round.
struct House {
    fan_out: FanOut,
    tell: mpsc::Sender<Tell>,
    heard: mpsc::Receiver<Tell>,
    clients: Vec<TcpStream>,
}

impl House {
    async fn of(people: usize) -> Self {
        let (tell, heard) = mpsc::channel(QUEUED);
        let fan_out = FanOut::new(ROOM, Arc::new(Metrics::new().unwrap()), Arc::default());
        let mut house = Self { fan_out, tell, heard, clients: Vec::new() };
        for _ in 0..people {
            house.comes(View::Audience, 0).await;
        }
        house
    }

    /// Somebody is to come who has everything up to `seq`.
    async fn newcomer(&mut self, view: View, seq: u64) -> Tell {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        client.set_nonblocking(true).unwrap();
        self.clients.push(client);
        let outbox = Arc::new(Outbox::new(listener.accept().await.unwrap().0));
        Tell::Enter { outbox, who: ParticipantId::random(), view, seq: Seq::new(seq) }
    }

    async fn comes(&mut self, view: View, seq: u64) {
        let enter = self.newcomer(view, seq).await;
        self.fan_out.hear(enter);
    }

    /// A round, within which this comes after its first row.
    async fn round(&mut self, meanwhile: Vec<Tell>) {
        let round = self.fan_out.round(&mut self.heard);
        let coming = async {
            for tell in meanwhile {
                self.tell.send(tell).await.unwrap();
            }
        };
        // The round goes first, and no further than a row.
        tokio::join!(biased; round, coming);
    }

    /// What each was sent since.
    fn frames(&mut self) -> Vec<Vec<ServerFrame>> {
        let read = |client: &mut TcpStream| {
            let mut bytes = Vec::new();
            // What was written to a socket of this machine is there; after it nothing is, or the end.
            let end = client.read_to_end(&mut bytes).err().map(|error| error.kind());
            assert!(matches!(end, None | Some(std::io::ErrorKind::WouldBlock)), "{end:?}");
            frames(&bytes)
        };
        self.clients.iter_mut().map(read).collect()
    }

    /// Where each frame of updates that they were sent since begins and ends.
    fn spans(&mut self) -> Vec<Vec<(u64, u64)>> {
        let span = |frame: &ServerFrame| {
            let ServerFrame::Updates(UpdateBatch { updates, .. }) = frame else { return None };
            Some((updates.first()?.seq.number(), updates.last()?.last().number()))
        };
        self.frames().iter().map(|frames| frames.iter().filter_map(span).collect()).collect()
    }

    fn connection(&self, place: usize) -> ConnectionId {
        *self.fan_out.members.keys().nth(place).unwrap()
    }
}

fn frames(mut bytes: &[u8]) -> Vec<ServerFrame> {
    let mut frames = Vec::new();
    while let [_, short, long @ ..] = bytes {
        let (length, rest) = match (*short, long) {
            (126, [high, low, rest @ ..]) => (usize::from(*high) << 8 | usize::from(*low), rest),
            (short, rest) => (usize::from(short), rest),
        };
        let (frame, rest) = rest.split_at(length);
        frames.push(serde_json::from_slice(frame).unwrap());
        bytes = rest;
    }
    frames
}

fn update(seq: u64, body: UpdateBody) -> Arc<Update> {
    Arc::new(Update { room: ROOM, seq: Seq::new(seq), at: Timestamp::from_micros(1), by: None, body })
}

fn said(seqs: std::ops::RangeInclusive<u64>) -> Tell {
    Tell::Updates(seqs.map(|seq| update(seq, UpdateBody::Unpinned)).collect())
}

#[tokio::test]
async fn what_comes_within_a_round_is_told_at_once_to_those_whose_turn_is_still_to_come_and_to_the_others_in_the_next() {
    let mut house = House::of(FIRST + 3).await;
    house.fan_out.hear(said(1..=2));
    house.round(vec![said(3..=3)]).await;
    let spans = house.spans();
    assert!(spans[..FIRST].iter().all(|spans| *spans == [(1, 2)]));
    assert!(spans[FIRST..].iter().all(|spans| *spans == [(1, 3)]), "{:?}", &spans[FIRST..]);
    house.fan_out.hear(said(4..=4));
    house.round(Vec::new()).await;
    let spans = house.spans();
    assert!(spans[..FIRST].iter().all(|spans| *spans == [(3, 4)]));
    assert!(spans[FIRST..].iter().all(|spans| *spans == [(4, 4)]));
    assert!(house.fan_out.backlog.is_empty(), "everybody has everything");
    house.round(Vec::new()).await;
    assert!(house.spans().iter().all(Vec::is_empty), "nothing is told twice");
}

#[tokio::test]
async fn who_comes_gets_what_they_lack_and_nothing_twice() {
    let mut house = House::of(FIRST).await;
    house.fan_out.hear(said(1..=3));
    house.comes(View::Audience, 2).await;
    house.comes(View::Audience, 3).await;
    house.fan_out.hear(said(4..=4));
    // Within a round, with more than it goes on with; it does not wait for them.
    let enter = house.newcomer(View::Audience, 5).await;
    house.round(vec![said(5..=5), enter]).await;
    assert_eq!(house.fan_out.members.len(), FIRST + 3);
    assert_eq!(house.fan_out.members.last_key_value().unwrap().1.told, 5);
    house.fan_out.hear(said(6..=6));
    house.round(Vec::new()).await;
    let spans = house.spans();
    assert_eq!(spans[0], [(1, 4), (5, 6)]);
    assert_eq!(spans[FIRST..], [vec![(3, 5), (6, 6)], vec![(4, 5), (6, 6)], vec![(6, 6)]]);
}

#[tokio::test]
async fn of_what_was_erased_within_a_round_nobody_is_told_after_it() {
    let mut house = House::of(WRITES_IN_A_ROW + 2).await;
    house.fan_out.hear(said(1..=3));
    // In place of snapshots.
    let anew = frame::encode(&ServerFrame::Signal(Signal { room: ROOM, body: SignalBody::Watching { count: ANEW } }));
    let [control, moderators, crew, audience] = [(); 4].map(|()| anew.clone());
    house.round(vec![Tell::Anew { control, moderators, crew, audience }, said(4..=4)]).await;
    house.round(Vec::new()).await;
    let mark = |frame: &ServerFrame| {
        if let ServerFrame::Updates(UpdateBatch { updates, .. }) = frame {
            return Some(updates[0].seq.number());
        }
        let is_anew = matches!(frame, ServerFrame::Signal(Signal { body: SignalBody::Watching { count: ANEW }, .. }));
        is_anew.then_some(u64::from(ANEW))
    };
    let told: Vec<Vec<u64>> = house.frames().iter().map(|frames| frames.iter().filter_map(mark).collect()).collect();
    assert_eq!((&told[0][..], &told[WRITES_IN_A_ROW][..]), (&[1, ANEW.into(), 4][..], &[ANEW.into(), 4][..]));
}

#[tokio::test]
async fn who_leaves_within_a_round_ends_it_for_nobody_else() {
    let mut house = House::of(FIRST + 1).await;
    house.fan_out.hear(said(1..=1));
    let (reached, next) = (house.connection(WRITES_IN_A_ROW - 1), house.connection(WRITES_IN_A_ROW));
    house.round(vec![Tell::Leave(reached), Tell::Leave(next), said(2..=2)]).await;
    house.round(Vec::new()).await;
    let spans = house.spans();
    assert_eq!(spans[..2], [vec![(1, 1), (2, 2)], vec![(1, 1), (2, 2)]]);
    assert_eq!(spans[WRITES_IN_A_ROW - 1..=WRITES_IN_A_ROW + 1], [vec![(1, 1)], vec![], vec![(1, 1), (2, 2)]]);
    assert!(house.fan_out.backlog.is_empty(), "whoever left lacks nothing");
}

#[tokio::test]
async fn what_changes_the_stage_within_a_round_is_told_to_its_first_just_after_it() {
    let mut house = House::of(FIRST + 1).await;
    house.fan_out.hear(said(1..=1));
    house.round(vec![said(2..=2)]).await;
    assert!(house.fan_out.tick.due(10_000) > house.fan_out.tick.due(1), "chat waits for a tick");
    house.round(vec![Tell::Updates(vec![update(3, UpdateBody::WentLive)])]).await;
    assert_eq!(house.fan_out.tick.due(10_000), house.fan_out.tick.due(1), "as soon as can be");
    assert!(!house.fan_out.backlog.is_empty());
}

#[tokio::test]
async fn each_sees_of_what_came_meanwhile_what_they_may() {
    let mut house = House::of(FIRST).await;
    for view in [View::Crew, View::Control] {
        house.comes(view, 0).await;
    }
    house.fan_out.hear(said(1..=1));
    let participant = ParticipantId::random();
    house
        .round(vec![Tell::Updates(vec![update(2, UpdateBody::CrewLeft { participant }), update(3, UpdateBody::CuesReset)])])
        .await;
    house.round(Vec::new()).await;
    let bodies = |frames: &Vec<ServerFrame>| -> Vec<UpdateBody> {
        let batches =
            frames.iter().filter_map(|frame| if let ServerFrame::Updates(batch) = frame { Some(batch) } else { None });
        batches.flat_map(|batch| batch.updates.iter().map(|update| update.body.clone())).collect()
    };
    let told = house.frames();
    let hidden = |through: Option<u64>| UpdateBody::Hidden { through: through.map(Seq::new) };
    assert_eq!(bodies(&told[0]), [UpdateBody::Unpinned, hidden(Some(3))]);
    assert_eq!(bodies(&told[FIRST]), [UpdateBody::Unpinned, UpdateBody::CrewLeft { participant }, hidden(None)]);
    assert_eq!(bodies(&told[FIRST + 1]), [UpdateBody::Unpinned, UpdateBody::CrewLeft { participant }, UpdateBody::CuesReset]);
}

#[tokio::test]
async fn who_comes_within_a_round_keeps_the_newest_slots() {
    let mut house = House::of(FIRST).await;
    let (old, new) = (SlotMap::default(), SlotMap { video: vec![Some(ParticipantId::random())], ..SlotMap::default() });
    house.fan_out.hear(Tell::Slots { crew: old.clone(), audience: old });
    let enter = house.newcomer(View::Audience, 0).await;
    house.round(vec![Tell::Slots { crew: new.clone(), audience: new.clone() }, enter]).await;
    let told = house.frames();
    let slots = |frame: &ServerFrame| {
        let ServerFrame::Signal(Signal { body: SignalBody::Slots { slots }, .. }) = frame else { return None };
        Some(slots.clone())
    };
    let last = told.last().unwrap().iter().rev().find_map(slots);
    assert_eq!(last, Some(new));
}

/// Numbers by a seed (`SplitMix64`, Steele et al., 2014).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// A house, and what those in it have to be told.
struct Drawn {
    house: House,
    chance: Chance,
    /// The last that happened.
    last: u64,
    /// Who is there, by when they came: the last that each has, and their connection until they are on their way out.
    people: Vec<(u64, Option<ConnectionId>)>,
}

impl Drawn {
    /// What may happen next, of which the fan-out hears at once or `later`.
    async fn next(&mut self, later: bool) -> Tell {
        match self.chance.below(6) {
            0 => {
                // Whoever comes may lack what is not told yet; what everybody was told is in their snapshot.
                let held = if later { 0 } else { self.house.fan_out.backlog.len() as u64 };
                let seq = self.last - self.chance.below(held + 1);
                let view = [View::Audience, View::Crew, View::Control][self.chance.below(3) as usize];
                let enter = self.house.newcomer(view, seq).await;
                let Tell::Enter { outbox, .. } = &enter else { unreachable!("it is somebody who comes") };
                self.people.push((seq, Some(outbox.id())));
                enter
            }
            1 if !self.people.is_empty() => {
                let place = self.chance.below(self.people.len() as u64) as usize;
                match self.people[place].1.take() {
                    Some(connection) => Tell::Leave(connection),
                    None => Tell::Updates(Vec::new()),
                }
            }
            _ => {
                let first = self.last + 1;
                self.last += 1 + self.chance.below(4);
                // Of some of it the audience is told no more than that it was.
                let hidden = |seq| if seq % 3 == 0 { UpdateBody::CuesReset } else { UpdateBody::Unpinned };
                Tell::Updates((first..=self.last).map(|seq| update(seq, hidden(seq))).collect())
            }
        }
    }

    async fn round(&mut self, before: u64, within: u64) {
        for _ in 0..self.chance.below(before + 1) {
            let tell = self.next(false).await;
            self.house.fan_out.hear(tell);
        }
        let mut meanwhile = Vec::new();
        for _ in 0..self.chance.below(within + 1) {
            meanwhile.push(self.next(true).await);
        }
        self.house.round(meanwhile).await;
        // What a round of few did not hear is heard after it.
        self.house.fan_out.hear_all(&mut self.house.heard);
        // A socket that has just been opened takes nothing at once.
        for member in self.house.fan_out.members.values() {
            member.outbox.flush().await.unwrap();
        }
        for ((has, _), spans) in self.people.iter_mut().zip(self.house.spans()) {
            for (first, last) in spans {
                assert!(first == *has + 1 && last >= first, "{first} to {last} came to who had {has}");
                *has = last;
            }
        }
    }
}

#[tokio::test]
async fn whoever_comes_and_goes_whatever_happens_in_and_between_rounds_is_told_once_and_in_order() {
    for seed in 0..24 {
        println!("seed {seed}");
        let mut chance = Chance(seed);
        let people = chance.below((FIRST + WRITES_IN_A_ROW) as u64);
        let house = House::of(people as usize).await;
        let connections: Vec<_> = house.fan_out.members.keys().copied().collect();
        let people = connections.into_iter().map(|connection| (0, Some(connection))).collect();
        let mut drawn = Drawn { house, chance, last: 0, people };
        for _ in 0..10 {
            drawn.round(4, 6).await;
        }
        drawn.round(0, 0).await;
        let all = drawn.last;
        assert!(drawn.people.iter().all(|(has, connection)| *has == all || connection.is_none()), "somebody lacks something");
        assert!(drawn.house.fan_out.backlog.is_empty(), "everybody has everything");
    }
}
