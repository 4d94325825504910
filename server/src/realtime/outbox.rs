//! The way out to one client: what is ready is written at once by whoever has it, and only what the socket does not take
//! waits. So a tick costs one system call a connection and wakes no task, and a slow reader slows nobody.

use std::{
    collections::VecDeque,
    io::{ErrorKind, IoSlice},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use bytes::{Buf, Bytes};
use houselights_shared::{PollId, Refusal, Refused, Seq};
use tokio::{net::TcpStream, sync::Notify};

use super::frame;

/// What may wait for a reader, in bytes, beyond the answer to its own Hello. More: it is cut off with
/// [`Refusal::TooFarBehind`] and resumes. At most one tick's frame is added on top.
pub(crate) const BACKLOG: usize = 256 * 1024;
/// What such answers may let wait in all. The first is taken whatever it takes: what it holds is shared with others.
const ANSWERS: usize = 512 * 1024;

/// What such a reader is told: it may come back at once.
const TOO_FAR_BEHIND: Refused = Refused { refusal: Refusal::TooFarBehind, retry_after_ms: Some(0), opens_at: None };

/// How many waiting frames go into one write.
const VECTORS: usize = 32;

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// Tells connections of one process apart; in the order in which they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ConnectionId(u64);

impl ConnectionId {
    /// For tests of what only compares them.
    #[cfg(test)]
    pub(crate) fn of(number: u64) -> Self {
        Self(number)
    }

    /// One that no connection has.
    pub(super) fn fresh() -> Self {
        Self(NEXT_ID.fetch_add(1, Ordering::Relaxed))
    }

    /// A number below `end` that spreads connections evenly.
    pub(crate) fn spread(self, end: u32) -> u32 {
        let scattered = self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        (scattered % u64::from(end.max(1))) as u32
    }
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pushed {
    /// Written, or waiting to be.
    Taken,
    /// Left out: the reader has not yet read what came before.
    Dropped,
    /// The reader has just been cut off.
    CutOff,
    /// The connection has ended.
    Closed,
}

/// A signal that is told only when it changes: the newest of each is kept for a reader that lags, until it has read what came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Latest {
    /// How many watch.
    Watching,
    /// Who waits to be let in.
    Lobby,
    /// How the votes of a poll stand.
    Counted(PollId),
}

/// The way out to one client.
pub(crate) struct Outbox {
    id: ConnectionId,
    stream: TcpStream,
    queue: Mutex<Queue>,
    /// Whether it is in a room, and does not wait to be let in.
    is_in: AtomicBool,
    /// Wakes the connection's task: something waits, or the connection is to end.
    attention: Notify,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Bytes>,
    bytes: usize,
    /// What the answer to Hello may take on top of [`BACKLOG`], until all is written.
    allowance: usize,
    /// The front of `waiting` has been written in part: it cannot be taken back.
    partial: bool,
    ending: bool,
    /// What goes out once nothing waits, each the newest of its kind; empty where nothing does. Bounded by the polls that a room may have.
    kept: Vec<(Latest, Bytes)>,
    /// What it was given is not all: the rest comes after this, once nothing waits.
    owed_after: Option<Seq>,
}

impl Outbox {
    pub(crate) fn new(stream: TcpStream) -> Self {
        let (id, is_in) = (ConnectionId::fresh(), AtomicBool::new(false));
        Self { id, stream, queue: Mutex::default(), is_in, attention: Notify::new() }
    }

    pub(crate) fn id(&self) -> ConnectionId {
        self.id
    }

    pub(super) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What must arrive, in order.
    pub(crate) fn push(&self, frame: &Bytes) -> Pushed {
        let mut queue = self.queue();
        if queue.ending {
            return Pushed::Closed;
        }
        if queue.bytes >= BACKLOG + queue.allowance {
            self.end(&mut queue, &frame::farewell(TOO_FAR_BEHIND));
            return Pushed::CutOff;
        }
        self.write_or_queue(&mut queue, frame);
        Pushed::Taken
    }

    /// The answer to Hello, or what replaces it. A reader who has not read the ones before is cut off.
    pub(crate) fn push_answer(&self, frames: &[Bytes]) {
        let mut queue = self.queue();
        if queue.ending {
            return;
        }
        if queue.allowance >= ANSWERS {
            self.end(&mut queue, &frame::farewell(TOO_FAR_BEHIND));
            return;
        }
        queue.allowance += frames.iter().map(Bytes::len).sum::<usize>();
        self.write_all_or_queue(&mut queue, frames);
    }

    /// What was pushed last is a part of what the client lacks: the rest follows this position.
    pub(crate) fn owes_after(&self, seq: Seq) {
        self.queue().owed_after = Some(seq);
        self.attention.notify_one();
    }

    /// After which position something is owed, once all that was pushed is written.
    pub(crate) fn take_owed(&self) -> Option<Seq> {
        let mut queue = self.queue();
        if queue.waiting.is_empty() && !queue.ending { queue.owed_after.take() } else { None }
    }

    /// How many bytes wait.
    #[cfg(test)]
    pub(crate) fn waits(&self) -> usize {
        self.queue().bytes
    }

    /// What may be lost: left out for a reader that lags.
    pub(crate) fn push_signal(&self, frame: &Bytes) -> Pushed {
        let mut queue = self.queue();
        if queue.ending {
            return Pushed::Closed;
        }
        if !queue.waiting.is_empty() {
            return Pushed::Dropped;
        }
        self.write_or_queue(&mut queue, frame);
        Pushed::Taken
    }

    /// What may be late, but not lost: for a reader that lags it is kept, in place of what was kept of the kind before.
    pub(crate) fn push_latest(&self, of: Latest, frame: &Bytes) -> Pushed {
        let mut queue = self.queue();
        if queue.ending {
            return Pushed::Closed;
        }
        if queue.waiting.is_empty() {
            self.write_or_queue(&mut queue, frame);
        } else {
            queue.kept.retain(|(kept, _)| *kept != of);
            queue.kept.push((of, frame.clone()));
        }
        Pushed::Taken
    }

    /// Ends the connection with a reason; the first reason stands.
    pub(crate) fn close(&self, refusal: Refusal, retry_after_ms: Option<u32>) {
        self.close_with(Refused { refusal, retry_after_ms, opens_at: None });
    }

    /// As [`close`](Self::close), with all that there is to say.
    pub(crate) fn close_with(&self, refused: Refused) {
        let mut queue = self.queue();
        if !queue.ending {
            self.end(&mut queue, &frame::farewell(refused));
        }
    }

    /// Takes nothing more: the socket is gone.
    pub(super) fn abandon(&self) {
        let mut queue = self.queue();
        *queue = Queue { ending: true, ..Queue::default() };
    }

    /// It came into its room.
    pub(crate) fn let_in(&self) {
        self.is_in.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_in(&self) -> bool {
        self.is_in.load(Ordering::Relaxed)
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.queue().ending
    }

    /// Whether everything has been handed to the system.
    pub(super) fn is_flushed(&self) -> bool {
        self.queue().waiting.is_empty()
    }

    /// Resolves when something waits or the connection is to end.
    pub(crate) async fn attention(&self) {
        self.attention.notified().await;
    }

    /// Writes what waits, until nothing does.
    pub(crate) async fn flush(&self) -> std::io::Result<()> {
        while !self.is_flushed() {
            self.stream.writable().await?;
            self.write_waiting()?;
        }
        Ok(())
    }

    fn end(&self, queue: &mut Queue, farewell: &Bytes) {
        // What the reader would not get in time anyway makes way for the reason.
        queue.waiting.truncate(usize::from(queue.partial));
        queue.bytes = queue.waiting.iter().map(Bytes::len).sum();
        queue.ending = true;
        queue.kept.clear();
        self.write_or_queue(queue, farewell);
        self.attention.notify_one();
    }

    fn write_or_queue(&self, queue: &mut Queue, frame: &Bytes) {
        let mut written = 0;
        if queue.waiting.is_empty() {
            match self.stream.try_write(frame) {
                Ok(bytes) => written = bytes,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return self.lose(queue),
            }
        }
        if written < frame.len() {
            let was_empty = queue.waiting.is_empty();
            queue.partial |= written > 0;
            queue.bytes += frame.len() - written;
            queue.waiting.push_back(frame.slice(written..));
            if was_empty {
                self.attention.notify_one();
            }
        } else if queue.waiting.is_empty() {
            queue.allowance = 0;
        }
    }

    /// As [`write_or_queue`](Self::write_or_queue), in as few writes as can be.
    fn write_all_or_queue(&self, queue: &mut Queue, frames: &[Bytes]) {
        if let [frame] = frames {
            return self.write_or_queue(queue, frame);
        }
        let was_empty = queue.waiting.is_empty();
        queue.bytes += frames.iter().map(Bytes::len).sum::<usize>();
        queue.waiting.extend(frames.iter().cloned());
        if !was_empty {
            return;
        }
        // Until the system takes no more.
        let mut before = usize::MAX;
        while !queue.waiting.is_empty() && queue.bytes < before {
            before = queue.bytes;
            if self.write_some(queue).is_err() {
                return self.lose(queue);
            }
        }
        if !queue.waiting.is_empty() {
            self.attention.notify_one();
        }
    }

    /// The socket is gone: the reading side meets the same end and tidies up.
    fn lose(&self, queue: &mut Queue) {
        *queue = Queue { ending: true, ..Queue::default() };
        self.attention.notify_one();
    }

    fn write_waiting(&self) -> std::io::Result<()> {
        self.write_some(&mut self.queue())
    }

    /// Writes what the system takes of what waits, in one call.
    fn write_some(&self, queue: &mut Queue) -> std::io::Result<()> {
        let written = {
            let slices: Vec<IoSlice<'_>> = queue.waiting.iter().take(VECTORS).map(|frame| IoSlice::new(frame)).collect();
            match self.stream.try_write_vectored(&slices) {
                Ok(written) => written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        };
        queue.written(written);
        Ok(())
    }
}

impl Queue {
    fn written(&mut self, mut written: usize) {
        self.bytes = self.bytes.saturating_sub(written);
        while let Some(front) = self.waiting.front_mut() {
            if written < front.len() {
                front.advance(written);
                self.partial |= written > 0;
                return;
            }
            written -= front.len();
            self.waiting.pop_front();
            self.partial = false;
        }
        let kept = std::mem::take(&mut self.kept);
        *self = Self { ending: self.ending, owed_after: self.owed_after, ..Self::default() };
        self.waiting.extend(kept.into_iter().map(|(_, frame)| frame));
        self.bytes = self.waiting.iter().map(Bytes::len).sum();
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::AsyncReadExt,
        net::{TcpListener, TcpSocket},
    };

    use super::*;

    async fn pair() -> (Outbox, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(8 * 1024).unwrap();
        let client = socket.connect(listener.local_addr().unwrap()).await.unwrap();
        (Outbox::new(listener.accept().await.unwrap().0), client)
    }

    fn block(fill: u8) -> Bytes {
        Bytes::from(vec![fill; 64 * 1024])
    }

    /// Pushes until the socket takes no more.
    fn stuff(outbox: &Outbox) -> usize {
        let mut pushed = 0;
        while outbox.is_flushed() {
            assert_eq!(outbox.push(&block(1)), Pushed::Taken);
            pushed += 64 * 1024;
        }
        pushed
    }

    #[tokio::test]
    async fn what_fits_is_written_at_once_and_nothing_waits() {
        let (outbox, mut client) = pair().await;
        assert_eq!(outbox.push(&Bytes::from_static(b"hello")), Pushed::Taken);
        assert!(outbox.is_flushed());
        let mut got = [0; 5];
        client.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"hello");
    }

    #[tokio::test]
    async fn a_reader_that_falls_behind_is_cut_off_and_keeps_whole_frames() {
        let (outbox, mut client) = pair().await;
        let mut pushed = stuff(&outbox);
        let outcome = loop {
            match outbox.push(&block(1)) {
                Pushed::Taken => pushed += 64 * 1024,
                other @ (Pushed::Dropped | Pushed::CutOff | Pushed::Closed) => break other,
            }
        };
        assert_eq!(outcome, Pushed::CutOff);
        assert_eq!(outbox.push(&block(1)), Pushed::Closed);
        assert!(outbox.is_ending());
        let reading = async {
            let mut all = Vec::new();
            let end = frame::farewell(TOO_FAR_BEHIND);
            while !all.ends_with(&end) {
                client.read_buf(&mut all).await.unwrap();
            }
            (all.len() - end.len()).is_multiple_of(64 * 1024) && all.len() < pushed
        };
        let (flushed, whole) = tokio::join!(outbox.flush(), reading);
        flushed.unwrap();
        assert!(whole, "the frame that was begun is finished, those not begun are left out");
    }

    #[tokio::test]
    async fn a_signal_is_left_out_for_a_reader_that_lags() {
        let (outbox, _client) = pair().await;
        stuff(&outbox);
        assert_eq!(outbox.push_signal(&Bytes::from_static(b"level")), Pushed::Dropped);
    }

    #[tokio::test]
    async fn of_what_is_told_when_it_changes_a_reader_that_lagged_gets_the_newest_once_it_has_read_the_rest() {
        let (outbox, mut client) = pair().await;
        let mut length = stuff(&outbox);
        let poll = PollId::random();
        for (of, frame) in [
            (Latest::Watching, "1 watches"),
            (Latest::Counted(poll), "1 vote"),
            (Latest::Watching, "2 watch"),
            (Latest::Lobby, "nobody"),
            (Latest::Counted(poll), "2 votes"),
        ] {
            assert_eq!(outbox.push_latest(of, &Bytes::from(frame)), Pushed::Taken);
        }
        assert_eq!(outbox.push(&block(2)), Pushed::Taken);
        length += 64 * 1024;
        let told = b"2 watchnobody2 votes";
        let mut got = vec![0; length + told.len()];
        let (flushed, read) = tokio::join!(outbox.flush(), client.read_exact(&mut got));
        assert_eq!((flushed.unwrap(), read.unwrap()), ((), length + told.len()));
        assert_eq!(&got[length..], told);
        assert_eq!((outbox.is_flushed(), outbox.waits()), (true, 0));
        assert_eq!(outbox.push_latest(Latest::Watching, &Bytes::from_static(b"3 watch")), Pushed::Taken);
        let mut next = [0; 7];
        client.read_exact(&mut next).await.unwrap();
        assert_eq!(&next, b"3 watch", "who does not lag gets it at once");
        stuff(&outbox);
        outbox.push_latest(Latest::Lobby, &Bytes::from_static(b"never"));
        outbox.close(Refusal::ShuttingDown, None);
        assert!(outbox.queue().kept.is_empty(), "nor is it told behind the end");
    }

    #[tokio::test]
    async fn a_long_answer_to_hello_does_not_cut_off() {
        let (outbox, _client) = pair().await;
        outbox.push_answer(&[Bytes::from(vec![0; 8 * 1024 * 1024])]);
        assert!(!outbox.is_flushed());
        assert_eq!(outbox.push(&block(2)), Pushed::Taken);
        outbox.push_answer(&[block(3)]);
        assert!(outbox.is_ending(), "another one does, before that was read");
    }

    #[tokio::test]
    async fn an_answer_in_parts_is_written_in_order_and_what_is_owed_is_asked_for_once_it_is_gone() {
        let (outbox, mut client) = pair().await;
        let parts: Vec<_> = (0..80).map(|part| Bytes::from(vec![part; 100_000])).collect();
        outbox.push_answer(&parts);
        outbox.owes_after(Seq::new(7));
        assert!(outbox.waits() > 0);
        assert_eq!(outbox.take_owed(), None, "not yet");
        let mut got = vec![0; 80 * 100_000];
        let (flushed, read) = tokio::join!(outbox.flush(), client.read_exact(&mut got));
        assert_eq!((flushed.unwrap(), read.unwrap()), ((), 8_000_000));
        assert_eq!(got, parts.concat());
        assert_eq!((outbox.take_owed(), outbox.take_owed(), outbox.waits()), (Some(Seq::new(7)), None, 0));
        outbox.push_answer(&[Bytes::from_static(b"one"), Bytes::from_static(b"two")]);
        assert!(outbox.is_flushed(), "what fits is written at once");
    }

    #[tokio::test]
    async fn a_reader_that_stops_costs_no_more_than_its_share() {
        let (outbox, _client) = pair().await;
        let answer: Vec<_> = (0..10).map(|_| block(0)).collect();
        outbox.push_answer(&answer);
        let tick = Bytes::from(vec![1; 20_000]);
        while outbox.push(&tick) == Pushed::Taken {
            assert!(outbox.waits() < BACKLOG + 10 * 64 * 1024 + tick.len());
        }
        assert!(
            outbox.is_ending() && outbox.waits() < 64 * 1024 + 200,
            "what was not begun is let go of at once: {}",
            outbox.waits()
        );
    }

    #[tokio::test]
    async fn the_first_reason_to_close_stands() {
        let (outbox, mut client) = pair().await;
        outbox.close(Refusal::SignedInElsewhere, None);
        outbox.close(Refusal::ShuttingDown, Some(1));
        drop(outbox);
        let mut all = Vec::new();
        client.read_to_end(&mut all).await.unwrap();
        assert_eq!(all, frame::farewell(Refused { refusal: Refusal::SignedInElsewhere, retry_after_ms: None, opens_at: None }));
    }
}
