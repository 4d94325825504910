//! What crowds do to those who are in: many join at once, all vote at once, all are cut at once, and some stop reading.
//!
//! Two crowds: people who are inside and talk while the others come, and those others, who then do everything else. Chat's delivery is
//! measured in each, and compared with that of a quiet time in the same run.

use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, ensure};
use futures_util::SinkExt;
use houselights_shared::{
    ClientFrame, CommandBody, PollForm, PollId, PollKind, ResultsShown, SanctionAct, ServerFrame, UpdateBody,
};
use rusqlite::OpenFlags;
use serde::Serialize;

use super::{
    child::{Invite, Server},
    meter,
};
use crate::{
    client::http,
    connection::{Connection, Socket, dial, hello, message, request_login},
    load::{
        Invitation, Plan,
        crowd::{Crowd, Heard, Pace},
        samples::Percentiles,
    },
};

/// How long coming back may take.
const WITHIN: Duration = Duration::from_mins(1);
/// They talk for so long around the cut.
const AROUND_CUT: Duration = Duration::from_secs(20);
/// And while a moderator keeps order.
const AROUND_ORDER: Duration = Duration::from_secs(5);
/// Chat messages a second beside who has stopped reading: within the time that is measured more than what a reader may cost.
const RATE_UNREAD: u32 = 200;
/// So much longer than the gate takes to let them in all may take to be in: what is left is for who was told to come back.
const GATE_AND_BACK: f64 = 1.5;
/// What the server counts its reads of the database in.
const READS: &str = "houselights_store_statements_total{kind=\"read\"}";
/// And readers that it cut off, for they read too slowly.
const CUT_OFF: &str = "houselights_cut_off_readers_total";
/// So small is the window of who stops reading that the server notices at once.
const SMALL_WINDOW: u32 = 4_096;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Who comes, votes, and is cut.
    pub clients: u32,
    /// Who is inside while they come.
    pub inside: u32,
    /// How many come a second.
    pub joins: u32,
    /// Chat messages a second.
    pub rate: u32,
    /// Over how many seconds everybody votes.
    pub votes: u32,
    /// How many stop reading.
    pub stopped: u32,
    /// For how long each part goes on, in seconds.
    pub seconds: u32,
}

/// What came of it; times in milliseconds.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    bench: &'static str,
    joining: Joining,
    voting: Voting,
    order: Order,
    cut: Cut,
    stopped: Stopped,
    targets: Vec<Target>,
}

/// Many come at once.
#[derive(Clone, Copy, Debug, Serialize)]
struct Joining {
    wanted: u32,
    inside: u32,
    a_second: u32,
    /// From the first attempt to having the room.
    took: Percentiles,
    /// Until all were in, as a multiple of the time in which the gate lets in so many.
    gate_times: f64,
    /// Chat among those who were inside, before.
    quiet: Percentiles,
    /// And meanwhile.
    meanwhile: Percentiles,
    /// What those who were inside lack after all.
    lacking: u64,
}

/// All vote in the poll that was just opened.
#[derive(Clone, Copy, Debug, Serialize)]
struct Voting {
    voters: u32,
    /// Votes in the log, and of how many people.
    stored: u32,
    stored_people: u32,
    /// From sending a vote to its answer.
    answer: Percentiles,
    /// From the last vote that was taken until the producer was told of all.
    all_told_after_ms: f64,
    quiet: Percentiles,
    meanwhile: Percentiles,
}

/// All are cut.
#[derive(Clone, Copy, Debug, Serialize)]
struct Cut {
    clients: u32,
    back: u32,
    anew: u32,
    /// From the cut to having all that there was.
    took: Percentiles,
    /// Statements that read the database meanwhile, of the whole server.
    reads: u64,
    lacking: u64,
    repeated: u64,
}

/// Somebody is banned, and everything is stopped, while all talk.
#[derive(Clone, Copy, Debug, Serialize)]
struct Order {
    /// From the moderator's click until who is banned has no connection any more.
    banned_after_ms: f64,
    /// From the moderator's click until one of the audience is told.
    stopped_after_ms: f64,
}

/// Some read nothing any more.
#[derive(Clone, Copy, Debug, Serialize)]
struct Stopped {
    clients: u32,
    /// What each added to the most of the server's memory while the others talked.
    kb_each: f64,
    /// Who was not cut off, for they read too slowly.
    held: u32,
    quiet: Percentiles,
    meanwhile: Percentiles,
}

/// What is asked of it.
#[derive(Clone, Debug, Serialize)]
struct Target {
    what: &'static str,
    at_most: f64,
    measured: f64,
    met: bool,
}

/// Measures. What goes on is said on standard error.
pub async fn measure(wanted: Wanted) -> Result<Measured> {
    let joins = wanted.joins.to_string();
    let server = Server::start(&["--logins-per-minute", "1000000", "--joins-per-second", &joins])?;
    let invites = server.create_event(1)?;
    let mut house = House::open(server, &invites, wanted)?;
    let joining = house.fill()?;
    eprintln!("storm: {}", serde_json::to_string(&joining)?);
    let voting = house.vote(secret(&invites, "producer")?)?;
    eprintln!("storm: {}", serde_json::to_string(&voting)?);
    let order = house.keep_order(secret(&invites, "producer")?, secret(&invites, "attendee")?)?;
    eprintln!("storm: {}", serde_json::to_string(&order)?);
    let cut = house.cut().await?;
    eprintln!("storm: {}", serde_json::to_string(&cut)?);
    let stopped = house.stop_reading(secret(&invites, "attendee")?).await?;
    eprintln!("storm: {}", serde_json::to_string(&stopped)?);
    let targets = targets(&joining, &voting, order, &cut, &stopped);
    Ok(Measured { bench: "storm", joining, voting, order, cut, stopped, targets })
}

fn targets(joining: &Joining, voting: &Voting, order: Order, cut: &Cut, stopped: &Stopped) -> Vec<Target> {
    let times = |meanwhile: Percentiles, quiet: Percentiles| meanwhile.p99 / quiet.p99.max(f64::MIN_POSITIVE);
    let absent = |wanted: u32, there: u32| f64::from(wanted.saturating_sub(there));
    [
        ("who wanted to come and is not in", 0.0, absent(joining.wanted, joining.inside)),
        ("until all who came were in, as a multiple of the gate's time", GATE_AND_BACK, joining.gate_times),
        ("messages that those inside lack after the others came", 0.0, joining.lacking as f64),
        ("chat's p99 while they come, as a multiple of the quiet one", 2.0, times(joining.meanwhile, joining.quiet)),
        ("votes that are not in the log", 0.0, absent(voting.voters, voting.stored_people)),
        ("votes that are in the log twice", 0.0, absent(voting.stored, voting.stored_people)),
        ("ms from the last vote until the producer, who came last, was told of all", 1_000.0, voting.all_told_after_ms),
        ("chat's p99 while all vote, as a multiple of the quiet one", 2.0, times(voting.meanwhile, voting.quiet)),
        ("ms until who is banned has no connection to the room", 2_000.0, order.banned_after_ms),
        ("ms until one of the audience was told that everything is stopped", 1_000.0, order.stopped_after_ms),
        ("who was cut and is not back", 0.0, absent(cut.clients, cut.back)),
        ("ms until the last was back", 30_000.0, cut.took.max),
        ("reads of the database for each who came back", 0.01, cut.reads as f64 / f64::from(cut.clients.max(1))),
        ("updates lacking after the cut", 0.0, cut.lacking as f64),
        ("KB of a reader that stopped", 1_024.0, stopped.kb_each),
        ("readers that stopped and were not cut off", 0.0, f64::from(stopped.held)),
        ("chat's p99 beside those who stopped, as a multiple of the quiet one", 2.0, times(stopped.meanwhile, stopped.quiet)),
    ]
    .map(|(what, at_most, measured)| Target { what, at_most, measured, met: measured <= at_most })
    .into()
}

fn secret<'a>(invites: &'a [Invite], role: &str) -> Result<&'a str> {
    let invite = invites.iter().find(|invite| invite.role == role);
    Ok(&invite.with_context(|| format!("no invite for the {role}"))?.secret)
}

/// A server, who is inside, and who is to come.
struct House {
    // The crowds go first: otherwise they would try to come back.
    inside: Crowd,
    crowd: Option<Crowd>,
    plan: Plan,
    wanted: Wanted,
    server: Server,
}

impl House {
    fn open(server: Server, invites: &[Invite], wanted: Wanted) -> Result<Self> {
        let address = format!("http://{}", server.address()).parse()?;
        let invitation = Invitation { server: address, secret: secret(invites, "attendee")?.to_owned() };
        let first = Plan::new(invitation.clone(), wanted.inside, Some(1))?;
        let mut inside = Crowd::start(&first)?;
        let joined = inside.gather(&first)?;
        ensure!(joined.inside == wanted.inside, "{} of {} came in", joined.inside, wanted.inside);
        let votes = Some(Duration::from_secs(wanted.votes.into()));
        let plan = Plan { joins: wanted.joins.into(), votes, ..Plan::new(invitation, wanted.clients, None)? };
        Ok(Self { inside, crowd: None, plan, wanted, server })
    }

    fn span(&self) -> Duration {
        Duration::from_secs(self.wanted.seconds.into())
    }

    fn pace(&self) -> Pace {
        Pace { messages: self.wanted.rate.into(), reactions: 0.0 }
    }

    fn crowd(&mut self) -> Result<&mut Crowd> {
        self.crowd.as_mut().context("nobody has come")
    }

    /// The crowd talks: what it heard.
    fn talk(&mut self, pace: Pace) -> Result<Heard> {
        let span = self.span();
        let crowd = self.crowd()?;
        let said = crowd.talk(pace, span)?;
        crowd.settle(&said)
    }

    /// The same, and the most memory of the server meanwhile, in kilobytes.
    fn talk_at_most(&mut self, pace: Pace) -> Result<(Heard, u64)> {
        meter::forget_peak(self.server.pid())?;
        let heard = self.talk(pace)?;
        Ok((heard, meter::peak_kb(self.server.pid())?))
    }

    /// The others come while those inside talk.
    fn fill(&mut self) -> Result<Joining> {
        let (pace, span) = (self.pace(), self.span());
        let said = self.inside.talk(pace, span)?;
        let quiet = self.inside.settle(&said)?;
        let started = Instant::now();
        let mut crowd = Crowd::start(&self.plan)?;
        let coming = Duration::from_secs_f64(f64::from(self.wanted.clients) / self.plan.joins);
        let said = self.inside.talk(pace, coming)?;
        let joined = crowd.gather(&self.plan)?;
        let gate_times = started.elapsed().as_secs_f64() / coming.as_secs_f64();
        let meanwhile = self.inside.settle(&said)?;
        self.crowd = Some(crowd);
        Ok(Joining {
            wanted: self.wanted.clients,
            inside: joined.inside,
            a_second: self.wanted.joins,
            took: joined.connect.percentiles(),
            gate_times,
            quiet: quiet.delivery.percentiles(),
            meanwhile: meanwhile.delivery.percentiles(),
            lacking: meanwhile.lacking + u64::from(meanwhile.behind),
        })
    }

    /// A poll is opened while they talk, and all vote.
    fn vote(&mut self, producer: &str) -> Result<Voting> {
        let quiet = self.talk(self.pace())?;
        let (server, producer, voters) = (self.server.address().parse()?, producer.to_owned(), self.wanted.clients);
        // The crowd is waited for on this thread.
        let counting = thread::spawn(move || told_of_all(server, &producer, voters));
        let heard = self.talk(self.pace())?;
        let told = counting.join().map_err(|_| anyhow::anyhow!("the producer panicked"))??;
        let (stored, stored_people, last) = self.stored_votes()?;
        Ok(Voting {
            voters,
            stored,
            stored_people,
            answer: heard.votes.answer.percentiles(),
            all_told_after_ms: (told - last) as f64 / 1_000.0,
            quiet: quiet.delivery.percentiles(),
            meanwhile: heard.delivery.percentiles(),
        })
    }

    /// A moderator bans somebody and stops everything while they talk.
    fn keep_order(&mut self, producer: &str, attendee: &str) -> Result<Order> {
        let (server, producer, attendee) = (self.server.address().parse()?, producer.to_owned(), attendee.to_owned());
        let keeping = thread::spawn(move || ordered(server, &producer, &attendee));
        let pace = self.pace();
        let crowd = self.crowd()?;
        let said = crowd.talk(pace, AROUND_ORDER)?;
        let order = keeping.join().map_err(|_| anyhow::anyhow!("the moderator panicked"))?;
        crowd.settle(&said)?;
        order
    }

    /// How many votes stand in the log, of how many people, and when the last was taken, in microseconds since 1970.
    fn stored_votes(&self) -> Result<(u32, u32, i64)> {
        let database = rusqlite::Connection::open_with_flags(self.server.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Ok(database.query_row(
            "SELECT count(*), count(DISTINCT by_participant), coalesce(max(at), 0) FROM updates WHERE body LIKE '%\"what\":\"poll_voted\"%'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?)
    }

    /// All are cut while they talk.
    async fn cut(&mut self) -> Result<Cut> {
        let before = self.counted(READS).await?;
        let pace = self.pace();
        let crowd = self.crowd()?;
        let (back, said) = crowd.storm(pace, AROUND_CUT, WITHIN)?;
        let heard = crowd.settle(&said)?;
        let reads = self.counted(READS).await? - before;
        Ok(Cut {
            clients: back.cut,
            back: back.back,
            anew: back.anew,
            took: back.took.percentiles(),
            reads: reads as u64,
            lacking: heard.lacking + u64::from(heard.behind),
            repeated: heard.repeated,
        })
    }

    /// Some more come and read nothing, while the crowd talks.
    async fn stop_reading(&mut self, attendee: &str) -> Result<Stopped> {
        let pace = Pace { messages: RATE_UNREAD.into(), reactions: 0.0 };
        let (quiet, before) = self.talk_at_most(pace)?;
        let address: SocketAddr = self.server.address().parse()?;
        let cut_off = self.counted(CUT_OFF).await?;
        let mut sockets = Vec::new();
        for number in 0..self.wanted.stopped {
            sockets.push(deaf(address, attendee, number).await?);
        }
        let (heard, after) = self.talk_at_most(pace)?;
        let cut_off = self.counted(CUT_OFF).await? - cut_off;
        drop(sockets);
        Ok(Stopped {
            clients: self.wanted.stopped,
            kb_each: after.saturating_sub(before) as f64 / f64::from(self.wanted.stopped.max(1)),
            held: self.wanted.stopped.saturating_sub(cut_off as u32),
            quiet: quiet.delivery.percentiles(),
            meanwhile: heard.delivery.percentiles(),
        })
    }

    /// What the server counts, at the beginning of whose line this stands.
    async fn counted(&self, what: &str) -> Result<f64> {
        let told = http().get(format!("http://{}/metrics", self.server.address())).send().await?.text().await?;
        let line = told.lines().find_map(|line| line.strip_prefix(what)).context("the server does not count that")?;
        Ok(line.trim().parse()?)
    }
}

/// Somebody who says Hello and never reads the answer.
async fn deaf(server: SocketAddr, invite: &str, number: u32) -> Result<Socket> {
    let answer = request_login(&http(), server, invite, Some(&format!("Deaf {number}"))).await?;
    let login = serde_json::from_slice(&answer.error_for_status()?.bytes().await?)?;
    let mut socket = dial(server, Some(SMALL_WINDOW)).await?;
    socket.send(message(&ClientFrame::Hello(hello(&login, "storm", None)))?).await?;
    Ok(socket)
}

/// Bans one of two, and stops everything before the other: how long each took.
#[tokio::main(flavor = "current_thread")]
async fn ordered(server: SocketAddr, producer: &str, attendee: &str) -> Result<Order> {
    let mut producer = Connection::enter(&http(), server, producer, "Producer").await?;
    let mut banned = Connection::enter(&http(), server, attendee, "Banned").await?;
    let mut other = Connection::enter(&http(), server, attendee, "Other").await?;
    let clicked = Instant::now();
    let participant = banned.login.participant;
    producer.command(CommandBody::Sanction { participant, act: SanctionAct::Ban }).await?;
    // Whoever is banned is told so, and hung up on: nothing is heard after it.
    let left = banned.hear(|_| None::<()>);
    ensure!(tokio::time::timeout(WITHIN, left).await.is_ok_and(|end| end.is_err()), "who is banned is still there");
    let banned_after_ms = clicked.elapsed().as_secs_f64() * 1_000.0;
    let clicked = Instant::now();
    producer.command(CommandBody::StopAll).await?;
    let told = other.hear(|frame| {
        let ServerFrame::Updates(batch) = frame else { return None };
        let is_stopped = |body: &UpdateBody| matches!(body, UpdateBody::RulesSet { rules, .. } if !rules.chat);
        batch.updates.iter().any(|update| is_stopped(&update.body)).then_some(())
    });
    tokio::time::timeout(WITHIN, told).await.context("nobody was told")??;
    let stopped_after_ms = clicked.elapsed().as_secs_f64() * 1_000.0;
    producer.command(CommandBody::Resume).await?;
    Ok(Order { banned_after_ms, stopped_after_ms })
}

/// Opens a poll, and hears until so many are told to have voted: when that was, in microseconds since 1970.
#[tokio::main(flavor = "current_thread")]
async fn told_of_all(server: SocketAddr, producer: &str, voters: u32) -> Result<i64> {
    let mut producer = Connection::enter(&http(), server, producer, "Producer").await?;
    let poll = PollId::random();
    let form = PollForm {
        question: "Which one?".to_owned(),
        kind: PollKind::Single,
        options: ["This", "That", "Neither"].map(str::to_owned).into(),
        correct: Vec::new(),
        shown: ResultsShown::Always,
        named: false,
        changeable: false,
        seconds: None,
    };
    producer.command(CommandBody::DraftPoll { poll, form }).await?;
    producer.command(CommandBody::OpenPoll { poll }).await?;
    let counting = producer.hear(|frame| {
        let ServerFrame::Updates(batch) = frame else { return None };
        let all = |body: &UpdateBody| matches!(body, UpdateBody::PollCounted { tally, .. } if tally.voters >= voters);
        batch.updates.iter().any(|update| all(&update.body)).then_some(())
    });
    tokio::time::timeout(WITHIN, counting).await.context("the votes were not told")??;
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros())?)
}
