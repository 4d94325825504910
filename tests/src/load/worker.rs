//! One process of the crowd: as many clients as it may have connections, on one thread.

use std::{
    io::{Write, stdout},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use houselights_shared::{Login, Seq};
use tokio::{
    sync::{Semaphore, mpsc, watch},
    time::{Instant, MissedTickBehavior, interval},
};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_util::task::TaskTracker;

use super::{
    client, files,
    orders::{Assignment, Line, Order},
    reading::{News, Reader},
    talking::{GIVEN, GRACE, Talkers},
    tally::Tally,
    target::{Denied, Socket, Target},
};
use crate::bench::lines;

/// So many of a process sign in or connect at a time: more would only wait for each other.
const AT_ONCE: usize = 128;
/// So many of a process can be given something to say.
const TALKERS: u32 = 500;

/// A moment at which every connection is cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Storm {
    pub(super) at: Instant,
    /// Whoever is back has the log at least to here.
    pub(super) through: Seq,
}

/// What the clients of a process share.
pub(super) struct Worker {
    assignment: Assignment,
    target: Target,
    reader: Mutex<Reader>,
    storms: watch::Sender<Option<Storm>>,
    doors: Semaphore,
    pub(super) tally: Tally,
}

/// The process: takes its part of the crowd from standard input, and orders after that, and says on standard output what comes of them.
pub async fn work() -> Result<()> {
    let mut lines = lines();
    let first = lines.recv().await.context("nobody said what to do")?;
    let orders = serve(serde_json::from_str(&first)?, &mut lines);
    if let Err(error) = orders.await {
        say(&Line::Failed(format!("{error:#}")))?;
    }
    Ok(())
}

async fn serve(assignment: Assignment, lines: &mut mpsc::Receiver<String>) -> Result<()> {
    // A limit that cannot be raised shows when it is met, and is told then.
    let _ = files::limit();
    let target = Target::find(&assignment.server, assignment.addresses).await?;
    let worker = Arc::new(Worker::new(assignment, target));
    let clients = TaskTracker::new();
    clients.spawn(seconds(Arc::clone(&worker)));
    let talkers = tokio::select! {
        talkers = worker.gather(&clients) => talkers?,
        // Whoever started this is gone.
        None = lines.recv() => return Ok(()),
    };
    while let Some(line) = lines.recv().await {
        let (worker, talkers) = (Arc::clone(&worker), Arc::clone(&talkers));
        // Orders do not wait for each other: a storm comes while people talk.
        clients.spawn(async move { worker.follow(serde_json::from_str(&line)?, &talkers).await });
        // Said in the order in which they came.
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Tells what happened in each second.
async fn seconds(worker: Arc<Worker>) {
    let mut second = interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        second.tick().await;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        if say(&Line::Second(worker.tally.second(now))).is_err() {
            return;
        }
    }
}

fn say(line: &Line) -> Result<()> {
    let mut line = serde_json::to_string(line)?;
    line.push('\n');
    // At once and in one piece.
    let mut out = stdout().lock();
    out.write_all(line.as_bytes())?;
    Ok(out.flush()?)
}

impl Worker {
    fn new(assignment: Assignment, target: Target) -> Self {
        Self {
            reader: Mutex::new(Reader::new(assignment.mark.clone())),
            tally: Tally::of(assignment.clients),
            storms: watch::Sender::new(None),
            doors: Semaphore::new(AT_ONCE),
            assignment,
            target,
        }
    }

    pub(super) fn patience(&self) -> Duration {
        self.assignment.patience
    }

    /// Over how long votes are spread; nothing where nobody votes.
    pub(super) fn votes(&self) -> Option<Duration> {
        self.assignment.votes
    }

    pub(super) async fn sign_in(&self, number: usize) -> Result<Login, Denied> {
        let _held = self.doors.acquire().await;
        let name = format!("Guest {}", self.assignment.first as usize + number + 1);
        self.target.sign_in(self.spread(number), &self.assignment.secret, &name).await
    }

    pub(super) async fn dial(&self, number: usize) -> Result<Socket, Denied> {
        let _held = self.doors.acquire().await;
        self.target.dial(self.spread(number)).await
    }

    /// Its number in the whole crowd, by which the addresses are shared out.
    fn spread(&self, number: usize) -> usize {
        self.assignment.first as usize + number
    }

    pub(super) fn read(&self, text: &Utf8Bytes) -> Arc<News> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner).read(text)
    }

    /// The next storm after this was asked.
    pub(super) fn storm(&self) -> impl Future<Output = Storm> + use<> {
        let mut storms = self.storms.subscribe();
        async move {
            // The other end goes with the process.
            while storms.changed().await.is_ok() {
                if let Some(storm) = *storms.borrow_and_update() {
                    return storm;
                }
            }
            std::future::pending().await
        }
    }

    /// Lets everybody come, so many a second.
    async fn gather(self: &Arc<Self>, clients: &TaskTracker) -> Result<Arc<Talkers>> {
        let Assignment { clients: wanted, joins, patience, ref mark, .. } = self.assignment;
        let mut talkers = Vec::new();
        let mut due = interval(Duration::from_secs_f64(1.0 / joins));
        due.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for number in 0..wanted {
            due.tick().await;
            let words = (number < TALKERS).then(|| {
                let (say, words) = mpsc::channel(GIVEN); // full: another talker is given the next
                talkers.push(say);
                words
            });
            clients.spawn(client::live(Arc::clone(self), number as usize, words));
        }
        // Whoever tries for longer has given up.
        let joined = self.tally.everybody_joined(patience + GRACE).await;
        say(&Line::Joined(joined))?;
        Ok(Arc::new(Talkers::new(mark.clone(), talkers)))
    }

    async fn follow(&self, order: Order, talkers: &Talkers) -> Result<()> {
        say(&match order {
            Order::Talk { rate, reactions, span, answers } => {
                self.tally.begin();
                tokio::join!(talkers.talk(rate, span, &self.tally), talkers.cheer(reactions, span, &self.tally));
                Line::Said(self.tally.everything_answered(answers).await)
            }
            Order::Settle { through } => Line::Heard(self.tally.settled(through, GRACE).await),
            Order::Cut { within } => {
                let through = self.tally.cut();
                self.storms.send_replace(Some(Storm { at: Instant::now(), through }));
                Line::Back(self.tally.everybody_back(within).await)
            }
        })
    }
}
