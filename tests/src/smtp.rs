//! A mail server to test against: it speaks SMTP (RFC 5321) on a port of its own, keeps what it takes, and misbehaves when told to.

mod mail;
mod tls;

use std::{
    collections::HashSet,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufStream},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::tls::Line;
pub use self::{
    mail::Mail,
    tls::{Authority, Tls},
};
use crate::within;

/// How the server takes mail. What holds for one recipient alone is said by [`Smtp::refuse`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// As it should.
    #[default]
    Works,
    /// The next recipients, as many as this, are told to come back later (451); then it works.
    Greylists(u32),
    /// Takes the message and never says so.
    StallsAfterData,
    /// Hangs up in the middle of the message, which it does not keep.
    ClosesWithinData,
    /// Keeps the message and hangs up without saying so: a lost 250.
    ClosesAfterData,
    /// Refuses the message itself (554).
    RefusesData,
    /// Takes the message and says so twice.
    SaysItTwice,
}

/// The server. It ends with this value.
pub struct Smtp {
    address: SocketAddr,
    house: Arc<House>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// What all connections share.
struct House {
    tls: Option<(Tls, TlsAcceptor)>,
    behaviour: Mutex<Behaviour>,
    refused: Mutex<HashSet<String>>,
    /// User and password, where one has to sign in.
    login: Mutex<Option<(String, String)>>,
    mails: watch::Sender<Vec<Arc<Mail>>>,
    /// How many times somebody began to hand a mail over.
    attempts: watch::Sender<usize>,
    /// Connections that were accepted, ever.
    connections: watch::Sender<usize>,
    /// Whether connections shall be taken, and whether they are.
    open: watch::Sender<bool>,
    is_open: watch::Sender<bool>,
}

impl Smtp {
    /// Starts one on a free port of this machine.
    pub async fn start() -> Self {
        Self::with(None).await
    }

    /// Starts one that has TLS, with a certificate of this authority for `localhost`. Before it has, it takes no mail.
    pub async fn over_tls(authority: &Authority, tls: Tls) -> Self {
        Self::with(Some((tls, authority.acceptor()))).await
    }

    async fn with(tls: Option<(Tls, TlsAcceptor)>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let house = Arc::new(House {
            tls,
            behaviour: Mutex::default(),
            refused: Mutex::default(),
            login: Mutex::default(),
            mails: watch::Sender::default(),
            attempts: watch::Sender::default(),
            connections: watch::Sender::default(),
            open: watch::Sender::new(true),
            is_open: watch::Sender::new(true),
        });
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let door = Door { address, house: Arc::clone(&house), tasks: tasks.clone(), stop: stop.clone() };
        tasks.spawn(stop.clone().run_until_cancelled_owned(door.keep(listener)));
        Self { address, house, stop, tasks }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as the server's configuration names it.
    #[must_use]
    pub fn url(&self) -> String {
        match self.house.tls {
            None => format!("smtp://{}", self.address),
            Some((Tls::AtOnce, _)) => format!("smtps://localhost:{}", self.address.port()),
            Some((Tls::AfterStartTls, _)) => format!("smtp+starttls://localhost:{}", self.address.port()),
        }
    }

    /// From now on it does so; a message that is being handed over, too.
    pub fn behave(&self, behaviour: Behaviour) {
        *self.house.behaviour.lock().unwrap_or_else(PoisonError::into_inner) = behaviour;
    }

    /// From now on there is nobody of this address (550).
    pub fn refuse(&self, address: &str) {
        self.house.refused.lock().unwrap_or_else(PoisonError::into_inner).insert(address.to_owned());
    }

    /// Takes the address again.
    pub fn accept(&self, address: &str) {
        self.house.refused.lock().unwrap_or_else(PoisonError::into_inner).remove(address);
    }

    /// From now on only this user may send (RFC 4954, AUTH PLAIN).
    pub fn require_login(&self, user: &str, password: &str) {
        let login = Some((user.to_owned(), password.to_owned()));
        *self.house.login.lock().unwrap_or_else(PoisonError::into_inner) = login;
    }

    /// Cuts all connections and refuses new ones. When this is over, nobody gets in.
    pub async fn close(&self) {
        self.set_open(false).await;
    }

    /// Takes connections again, on the same port.
    pub async fn open(&self) {
        self.set_open(true).await;
    }

    async fn set_open(&self, open: bool) {
        let mut is_open = self.house.is_open.subscribe();
        self.house.open.send_replace(open);
        within("the door", becomes(&mut is_open, open)).await;
    }

    /// What was taken so far, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Arc<Mail>> {
        self.house.mails.borrow().clone()
    }

    /// What was taken, once it is this many.
    pub async fn until(&self, count: usize) -> Vec<Arc<Mail>> {
        let mut mails = self.house.mails.subscribe();
        let enough = within(&format!("{count} mails"), mails.wait_for(|mails| mails.len() >= count)).await;
        enough.expect("the house stands").clone()
    }

    /// What was taken for this address, once it is this many.
    pub async fn until_for(&self, address: &str, count: usize) -> Vec<Arc<Mail>> {
        let theirs =
            |mails: &[Arc<Mail>]| -> Vec<Arc<Mail>> { mails.iter().filter(|mail| mail.is_for(address)).cloned().collect() };
        let mut mails = self.house.mails.subscribe();
        let enough = within(&format!("{count} mails"), mails.wait_for(|mails| theirs(mails).len() >= count)).await;
        theirs(&enough.expect("the house stands"))
    }

    /// Waits until somebody began to hand a mail over this many times, whatever became of it.
    pub async fn until_attempts(&self, count: usize) {
        let mut attempts = self.house.attempts.subscribe();
        within(&format!("{count} attempts"), attempts.wait_for(|attempts| *attempts >= count)).await.expect("the house stands");
    }

    /// How many connections there were so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        *self.house.connections.borrow()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.stop.cancel();
        self.tasks.close();
    }
}

/// Where connections come in.
struct Door {
    address: SocketAddr,
    house: Arc<House>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Door {
    async fn keep(self, mut listener: TcpListener) {
        let mut open = self.house.open.subscribe();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => Some(accepted),
                () = becomes(&mut open, false) => None,
            };
            if let Some(accepted) = accepted {
                let (stream, _) = accepted.expect("a connection");
                self.house.connections.send_modify(|connections| *connections += 1);
                self.tasks.spawn(self.stop.clone().run_until_cancelled_owned(served(Arc::clone(&self.house), stream)));
                continue;
            }
            drop(listener);
            self.house.is_open.send_replace(false);
            becomes(&mut open, true).await;
            listener = TcpListener::bind(self.address).await.expect("the port is still ours");
            self.house.is_open.send_replace(true);
        }
    }
}

/// Waits until it is so.
async fn becomes(state: &mut watch::Receiver<bool>, wanted: bool) {
    state.wait_for(|is| *is == wanted).await.expect("the house stands");
}

/// One connection, until either side has enough of it.
async fn served(house: Arc<House>, stream: TcpStream) {
    let mut open = house.open.subscribe();
    let talk = async {
        let is_secure = matches!(house.tls, Some((Tls::AtOnce, _)));
        let stream: Box<dyn Line> = match &house.tls {
            Some((Tls::AtOnce, acceptor)) => Box::new(acceptor.accept(stream).await?),
            Some((Tls::AfterStartTls, _)) | None => Box::new(stream),
        };
        Talk { house: Arc::clone(&house), stream: BufStream::new(stream), is_secure, has_signed_in: false }.run().await
    };
    tokio::select! {
        // Who hangs up in the middle, or does not believe us, is no fault of ours.
        _ = talk => {}
        () = becomes(&mut open, false) => {}
    }
}

/// A conversation.
struct Talk {
    house: Arc<House>,
    stream: BufStream<Box<dyn Line>>,
    is_secure: bool,
    has_signed_in: bool,
}

impl Talk {
    async fn run(mut self) -> io::Result<()> {
        self.say("220 test server of Houselights").await?;
        let (mut from, mut to) = (None, Vec::new());
        while let Some(line) = self.line().await? {
            let line = String::from_utf8_lossy(&line).into_owned();
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    (from, to) = (None, Vec::new());
                    self.greet().await?;
                }
                "STARTTLS" if self.offers_tls() => {
                    self.say("220 2.0.0 go on").await?;
                    let Some((_, acceptor)) = self.house.tls.clone() else { return Ok(()) };
                    self.stream = BufStream::new(Box::new(acceptor.accept(self.stream.into_inner()).await?));
                    self.is_secure = true;
                    (from, to) = (None, Vec::new());
                }
                "AUTH" => self.sign_in(rest).await?,
                "HELO" => self.say("250 localhost").await?,
                "NOOP" => self.say("250 2.0.0 still here").await?,
                "RSET" => {
                    (from, to) = (None, Vec::new());
                    self.say("250 2.0.0 forgotten").await?;
                }
                "MAIL" if !self.may_send() => self.say("530 5.7.0 who are you?").await?,
                "MAIL" if from.is_none() => {
                    self.house.attempts.send_modify(|attempts| *attempts += 1);
                    from = Some(path(rest));
                    self.say("250 2.1.0 go on").await?;
                }
                "RCPT" if from.is_some() => {
                    let recipient = path(rest);
                    let answer = self.house.recipient(&recipient);
                    self.say(&answer).await?;
                    if answer.starts_with("250") {
                        to.push(recipient);
                    }
                }
                "DATA" if !to.is_empty() => {
                    let (from, to) = (from.take().unwrap_or_default(), std::mem::take(&mut to));
                    if !self.data(from, to).await? {
                        return Ok(());
                    }
                }
                "QUIT" => return self.say("221 2.0.0 good-bye").await,
                "MAIL" | "RCPT" | "DATA" => self.say("503 5.5.1 not now").await?,
                _ => self.say("500 5.5.2 what?").await?,
            }
        }
        Ok(())
    }

    async fn greet(&mut self) -> io::Result<()> {
        let tls = if self.offers_tls() { "250-STARTTLS\r\n" } else { "" };
        let login = if self.house.login().is_some() && !self.offers_tls() { "250-AUTH PLAIN\r\n" } else { "" };
        self.say(&format!("250-localhost\r\n{tls}{login}250-8BITMIME\r\n250 ENHANCEDSTATUSCODES")).await
    }

    async fn sign_in(&mut self, argument: &str) -> io::Result<()> {
        let said = argument.strip_prefix("PLAIN ").map(mail::base64).unwrap_or_default();
        self.has_signed_in =
            self.house.login().is_some_and(|(user, password)| said == format!("\0{user}\0{password}").as_bytes());
        self.say(if self.has_signed_in { "235 2.7.0 welcome" } else { "535 5.7.8 not so" }).await
    }

    /// Whether there is TLS to be had that is not had yet.
    fn offers_tls(&self) -> bool {
        self.house.tls.is_some() && !self.is_secure
    }

    fn may_send(&self) -> bool {
        !self.offers_tls() && (self.has_signed_in || self.house.login().is_none())
    }

    /// Takes a message; whether the conversation goes on.
    async fn data(&mut self, from: String, to: Vec<String>) -> io::Result<bool> {
        self.say("354 go on").await?;
        let mut raw = Vec::new();
        loop {
            let Some(line) = self.line().await? else { return Ok(false) };
            if self.house.behaviour() == Behaviour::ClosesWithinData {
                return Ok(false);
            }
            if line == b"." {
                break;
            }
            // The dot that was put before one (section 4.5.2).
            raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            raw.extend_from_slice(b"\r\n");
        }
        let mail = Arc::new(Mail { from, to, raw: String::from_utf8_lossy(&raw).into_owned() });
        match self.house.behaviour() {
            Behaviour::Works | Behaviour::Greylists(_) => {
                self.house.mails.send_modify(|mails| mails.push(mail));
                self.say("250 2.6.0 taken").await?;
                Ok(true)
            }
            Behaviour::SaysItTwice => {
                self.house.mails.send_modify(|mails| mails.push(mail));
                self.say("250 2.6.0 taken\r\n250 2.6.0 taken").await?;
                Ok(true)
            }
            Behaviour::RefusesData => {
                self.say("554 5.7.1 not this").await?;
                Ok(true)
            }
            Behaviour::ClosesAfterData => {
                self.house.mails.send_modify(|mails| mails.push(mail));
                Ok(false)
            }
            Behaviour::StallsAfterData => std::future::pending().await,
            Behaviour::ClosesWithinData => Ok(false),
        }
    }

    /// A line without its end; nothing once the other side hung up.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await?;
        Ok(line.strip_suffix(b"\n").map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec()))
    }

    async fn say(&mut self, answer: &str) -> io::Result<()> {
        self.stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }
}

impl House {
    fn behaviour(&self) -> Behaviour {
        *self.behaviour.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn login(&self) -> Option<(String, String)> {
        self.login.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What a recipient is answered with. As other servers do, it names them.
    fn recipient(&self, address: &str) -> String {
        if self.refused.lock().unwrap_or_else(PoisonError::into_inner).contains(address) {
            return format!("550 5.1.1 <{address}>: nobody here is called so");
        }
        let mut behaviour = self.behaviour.lock().unwrap_or_else(PoisonError::into_inner);
        match *behaviour {
            Behaviour::Greylists(times) => {
                *behaviour = times.checked_sub(2).map_or(Behaviour::Works, |left| Behaviour::Greylists(left + 1));
                format!("451 4.7.1 <{address}>: come back later")
            }
            Behaviour::Works
            | Behaviour::StallsAfterData
            | Behaviour::ClosesWithinData
            | Behaviour::ClosesAfterData
            | Behaviour::RefusesData
            | Behaviour::SaysItTwice => "250 2.1.5 go on".to_owned(),
        }
    }
}

/// The address in `FROM:<…>` or `TO:<…>`.
fn path(argument: &str) -> String {
    argument.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(argument, |(address, _)| address).to_owned()
}
