//! Hello: who it is, whether the gate lets them through, and where they go.

use std::{sync::Arc, time::Duration};

use houselights_domain::{Comer, View};
use houselights_shared::{ClientFrame, Hello, Refusal, RoomId, RoomPosition, Seq, Version};
use tokio::time::timeout;
use tracing::{debug, warn};

use super::{
    connection::{OVERLOADED_FOR_MS, Socket, hear},
    farewell::{End, shutting_down},
    outbox::Outbox,
    upgrade::Stranger,
};
use crate::{
    app::App,
    clock, doors,
    limits::millis,
    store::{Identity, LoginId, RoomStands},
};

/// How long a client may take to say Hello.
const HELLO_WITHIN: Duration = Duration::from_secs(10);

/// Someone of whom is known who it is.
pub(super) struct Guest {
    pub(super) identity: Arc<Identity>,
    /// Where they go.
    pub(super) room: RoomId,
    pub(super) version: Version,
    pub(super) after: Option<Seq>,
    /// How far they have their inbox, where they want it.
    pub(super) inbox_after: Option<Seq>,
}

/// Waits for Hello and finds out who it is.
pub(super) async fn greet(app: &App, outbox: &Outbox, socket: &mut Socket, stranger: &Stranger) -> Result<Guest, End> {
    let guest = tokio::select! {
        guest = introduced(app, socket, stranger) => guest,
        () = app.draining.cancelled() => return Err(shutting_down(outbox)),
    };
    if let Err(End::Refused(Refusal::Malformed | Refusal::TokenInvalid | Refusal::TokenExpired, _)) = &guest
        && let Some(address) = stranger.address
        && let Err(wait) = app.limits.attempts.failed(address, std::time::Instant::now())
        // Whoever has a login that ran out has to sign in anew, however long they wait.
        && !matches!(&guest, Err(End::Refused(Refusal::TokenExpired, _)))
    {
        return Err(End::Refused(Refusal::SlowDown, Some(millis(wait))));
    }
    guest
}

async fn introduced(app: &App, socket: &mut Socket, stranger: &Stranger) -> Result<Guest, End> {
    // A Ping may come at any time (RFC 6455, section 5.5.2).
    let first = async {
        loop {
            if let Some((frame, _)) = hear(socket).await? {
                return Ok::<_, End>(frame);
            }
        }
    };
    let first = timeout(HELLO_WITHIN, first).await.map_err(|_| End::from(Refusal::Malformed))??;
    let ClientFrame::Hello(hello) = first else { return Err(Refusal::Malformed.into()) };
    let version = Version::CURRENT.agree(hello.version)?;
    let identity = let_through(app, &hello, stranger).await?;
    if let Some(refused) = doors::refused(identity.doors, identity.who.role, clock::now()) {
        return Err(End::Shut(refused));
    }
    let room = hello.rooms.first().map_or(identity.room, |position| position.room);
    if hello.rooms.iter().any(|position| position.room != room) {
        return Err(Refusal::NoSuchRoom.into());
    }
    match standing(app, &identity, room).await? {
        RoomStands::Open => {}
        RoomStands::TakenDown => return Err(Refusal::TakenDown.into()),
        RoomStands::Nowhere => return Err(Refusal::NoSuchRoom.into()),
    }
    app.came_in(&identity).await;
    // As somebody else wrote it: escaped, so that it cannot look like a line of this server.
    debug!(client = ?hello.client.chars().take(64).collect::<String>(), "hello");
    let after = hello.rooms.first().and_then(|RoomPosition { after, .. }| *after);
    Ok(Guest { identity, room, version, after, inbox_after: hello.inbox_after })
}

/// Who says Hello, once the gate let them through. Until then the store is asked for nothing but whose login it is.
async fn let_through(app: &App, hello: &Hello, stranger: &Stranger) -> Result<Arc<Identity>, End> {
    let login = LoginId::of(hello.token.as_str());
    let known = app.signed_in.known(&login);
    if let Some(known) = &known {
        greets_slowly(app, known)?;
    } else {
        let found = app.is_login(hello.token.as_str(), stranger.address).await;
        if !found.map_err(|(refusal, retry_after)| End::Refused(refusal, Some(retry_after)))? {
            return Err(Refusal::TokenInvalid.into());
        }
    }
    let comer = match &known {
        Some(known) if View::of(known.who.role) != View::Audience => Comer::Crew,
        Some(_) if hello.rooms.iter().any(|position| position.after.is_some()) => Comer::Returning,
        Some(_) => Comer::Newcomer,
        None => app.gate.stranger(login.as_str()),
    };
    app.gate.pass(&login, comer).await.map_err(|wait| End::Refused(Refusal::Overloaded, Some(wait)))?;
    let identity = app.who_is(hello.token.as_str()).await.map_err(|(refusal, retry)| End::Refused(refusal, retry))?;
    if known.is_none() {
        greets_slowly(app, &identity)?;
    }
    Ok(identity)
}

fn greets_slowly(app: &App, identity: &Identity) -> Result<(), End> {
    let checked = app.limits.hellos.check(&identity.who.participant);
    checked.map_err(|wait| End::Refused(Refusal::SlowDown, Some(millis(wait))))
}

/// Whether a login leads into a room: any of its event. What the store said of it is remembered until something changes.
async fn standing(app: &App, identity: &Identity, room: RoomId) -> Result<RoomStands, End> {
    if room == identity.room {
        return Ok(RoomStands::Open);
    }
    if app.signed_in.leads_to(identity.event, room) {
        return Ok(RoomStands::Open);
    }
    let changes = app.signed_in.log_outs();
    let stands = app.store.has_room(identity.event, room).await.map_err(|error| {
        warn!(%error, "a room cannot be looked up");
        End::Refused(Refusal::StorageUnavailable, Some(OVERLOADED_FOR_MS))
    })?;
    if stands == RoomStands::Open {
        app.signed_in.led_to(identity.event, room, changes);
    }
    Ok(stands)
}
