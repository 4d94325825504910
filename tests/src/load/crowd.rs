//! A crowd as its director has it: processes that are told what to do, and what comes of it added up.

use std::{
    env,
    process::Command,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use uuid::Uuid;

pub use super::orders::{Back, Heard, Joined, Said};
use super::{
    WORKER,
    options::Plan,
    orders::{Assignment, Line, Order},
    talking::GRACE,
    timeline::Timeline,
};
use crate::bench::child::{Output, Part};

/// How much longer than it takes a process may be silent about it.
const SLACK: Duration = Duration::from_secs(15);

/// What a crowd does a second, all together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// Chat messages.
    pub messages: f64,
    /// Reactions.
    pub reactions: f64,
}

/// A crowd that has come, or is coming.
pub struct Crowd {
    parts: Vec<Part>,
    lines: Receiver<(usize, Result<Line>)>,
    /// Of each process, what part of the crowd it is.
    shares: Vec<f64>,
    /// What happened second by second.
    pub(super) timeline: Timeline,
}

impl Crowd {
    /// Sends a crowd on its way. [`gather`](Self::gather) waits for it.
    pub fn start(plan: &Plan) -> Result<Self> {
        let (send, lines) = sync_channel(1_024); // full: the processes wait, nothing is lost
        let mark = format!("load-{:.8}", Uuid::new_v4().simple());
        let (mut parts, mut first) = (Vec::new(), 0);
        let shares: Vec<f64> = plan.processes.iter().map(|count| f64::from(*count) / f64::from(plan.clients())).collect();
        for (number, (&clients, share)) in plan.processes.iter().zip(&shares).enumerate() {
            let mut part = Part::start(Command::new(env::current_exe()?).arg(WORKER))?;
            let assignment = Assignment {
                server: plan.invitation.server.clone(),
                secret: plan.invitation.secret.clone(),
                mark: mark.clone(),
                clients,
                first,
                joins: plan.joins * share,
                patience: plan.patience,
                addresses: plan.addresses,
                votes: plan.votes,
            };
            part.say(&serde_json::to_string(&assignment)?)?;
            let (output, send) = (part.output()?, send.clone());
            thread::spawn(move || pass_on(number, output, &send));
            parts.push(part);
            first += clients;
        }
        Ok(Self { parts, lines, shares, timeline: Timeline::new(plan.processes.len()) })
    }

    /// Waits until everybody is in or has given up.
    pub fn gather(&mut self, plan: &Plan) -> Result<Joined> {
        let coming = Duration::from_secs_f64(f64::from(plan.clients()) / plan.joins);
        let mut joined = Joined::default();
        self.hear(coming + plan.patience + GRACE, |line| {
            let Line::Joined(of_one) = line else { return false };
            joined.add(of_one);
            true
        })?;
        Ok(joined)
    }

    /// Lets them say and throw so much for so long; until all is answered.
    pub fn talk(&mut self, pace: Pace, span: Duration) -> Result<Said> {
        self.begin_to_talk(pace, span, GRACE)?;
        let mut said = Said::default();
        self.hear(span + GRACE, |line| {
            let Line::Said(of_one) = line else { return false };
            said.add(of_one);
            true
        })?;
        Ok(said)
    }

    /// Waits until everybody has all that was said: what they heard.
    pub fn settle(&mut self, said: &Said) -> Result<Heard> {
        self.order(&Order::Settle { through: said.through })?;
        let mut heard = Heard::default();
        self.hear(GRACE, |line| {
            let Line::Heard(of_one) = line else { return false };
            heard.add(of_one);
            true
        })?;
        Ok(heard)
    }

    /// Cuts every connection while they talk, for `span`: until everybody is back, which may take so long, and all was said.
    pub fn storm(&mut self, pace: Pace, span: Duration, within: Duration) -> Result<(Back, Said)> {
        // Whoever was given something to say says it when they are back.
        self.begin_to_talk(pace, span, within + GRACE)?;
        self.order(&Order::Cut { within })?;
        let (mut back, mut said) = (Back::default(), Said::default());
        let mut left = 2 * self.parts.len();
        self.listen(span + within + GRACE, |line| {
            match line {
                Line::Back(of_one) => back.add(of_one),
                Line::Said(of_one) => said.add(of_one),
                Line::Second(_) | Line::Joined(_) | Line::Heard(_) | Line::Failed(_) => return false,
            }
            left -= 1;
            left == 0
        })?;
        Ok((back, said))
    }

    fn begin_to_talk(&mut self, pace: Pace, span: Duration, answers: Duration) -> Result<()> {
        for (part, share) in self.parts.iter_mut().zip(&self.shares) {
            let (rate, reactions) = (pace.messages * share, pace.reactions * share);
            part.say(&serde_json::to_string(&Order::Talk { rate, reactions, span, answers })?)?;
        }
        Ok(())
    }

    fn order(&mut self, order: &Order) -> Result<()> {
        let order = serde_json::to_string(order)?;
        self.parts.iter_mut().try_for_each(|part| part.say(&order))
    }

    /// Listens until each process has said what is waited for.
    fn hear(&mut self, patience: Duration, mut is_it: impl FnMut(Line) -> bool) -> Result<()> {
        let mut left = self.parts.len();
        self.listen(patience, |line| {
            left -= usize::from(is_it(line));
            left == 0
        })
    }

    /// Listens until that is enough.
    fn listen(&mut self, patience: Duration, mut is_enough: impl FnMut(Line) -> bool) -> Result<()> {
        let end = Instant::now() + patience + SLACK;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let (number, line) = self.lines.recv_timeout(left).context("a process of the crowd says nothing any more")?;
            match line? {
                Line::Second(second) => self.timeline.take(number, second),
                Line::Failed(why) => bail!("{why}"),
                line @ (Line::Joined(_) | Line::Said(_) | Line::Heard(_) | Line::Back(_)) => {
                    if is_enough(line) {
                        return Ok(());
                    }
                }
            }
        }
    }
}

/// Reads what a process says, until it says nothing any more or nobody listens.
fn pass_on(number: usize, output: Output, send: &SyncSender<(usize, Result<Line>)>) {
    for line in output {
        let line = line.map_err(anyhow::Error::from).and_then(|line| Ok(serde_json::from_str(&line)?));
        if send.send((number, line.context("a process of the crowd cannot be understood"))).is_err() {
            return;
        }
    }
    let _ = send.send((number, Err(anyhow::anyhow!("a process of the crowd ended"))));
}
