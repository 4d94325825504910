//! One's own registrations, and one's own agenda. They are one's own by the address that one signed in with.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use houselights_domain::clashes;
use houselights_shared::{RegistrationId, SessionId};

use super::{
    budget,
    error::{Code, Denial},
    guard::{app, viewer},
    input,
    loaders::{PicksOf, SessionsOf, loaded},
    pages::{Connection, Page},
    public_agenda::PublicSession,
    public_events::PublicEvent,
    registrations::{RegistrationState, paid},
    tickets::Money,
};
use crate::{
    app::App,
    clock, registration,
    store::{self, Picked, RegistrationRow, SessionRow},
};

/// Two sessions at the same time.
#[derive(SimpleObject)]
pub(crate) struct Clash {
    first: ID,
    second: ID,
}

/// A registration of one's own.
pub(crate) struct MyRegistration(RegistrationRow);

#[Object]
impl MyRegistration {
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    async fn state(&self) -> RegistrationState {
        self.0.state.into()
    }

    async fn event(&self, context: &Context<'_>) -> Result<PublicEvent> {
        let found = loaded(context, self.0.event).await?;
        Ok(PublicEvent::of(found.ok_or_else(Denial::not_found)?))
    }

    async fn ticket_title(&self, context: &Context<'_>) -> Result<String> {
        let found = loaded(context, self.0.ticket).await?;
        Ok(found.ok_or_else(Denial::not_found)?.title.clone())
    }

    /// What was paid for it; also where it went back.
    async fn paid(&self) -> Money {
        paid(&self.0)
    }

    async fn registered_at(&self) -> DateTime<Utc> {
        input::shown(self.0.created_at)
    }

    /// Sessions on one's own agenda, in the order in which they take place.
    async fn picks(&self, context: &Context<'_>) -> Result<Vec<ID>> {
        let found = loaded(context, PicksOf(self.0.id)).await?;
        Ok(found.unwrap_or_default().iter().map(|session| session.to_string().into()).collect())
    }

    /// The same, as everybody sees them.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn picked_sessions(&self, context: &Context<'_>) -> Result<Vec<PublicSession>> {
        let picks = loaded(context, PicksOf(self.0.id)).await?.unwrap_or_default();
        if picks.is_empty() {
            return Ok(Vec::new());
        }
        let sessions = loaded(context, SessionsOf(self.0.event)).await?.unwrap_or_default();
        PublicSession::listed(context, sessions.into_iter().filter(|row| picks.contains(&row.id)).collect()).await
    }

    /// Sessions on one's own agenda that are at the same time. What was cancelled is in nobody's way.
    async fn clashes(&self, context: &Context<'_>) -> Result<Vec<Clash>> {
        let picks = loaded(context, PicksOf(self.0.id)).await?.unwrap_or_default();
        let sessions = loaded(context, SessionsOf(self.0.event)).await?.unwrap_or_default();
        let takes_place = |row: &&Arc<SessionRow>| row.cancelled_at.is_none() && picks.contains(&row.id);
        let picked: Vec<_> =
            sessions.iter().filter(takes_place).map(|row| (row.id, row.span.starts_at, row.span.ends_at)).collect();
        let shown = |(first, second): (SessionId, SessionId)| Clash {
            first: first.to_string().into(),
            second: second.to_string().into(),
        };
        Ok(clashes(&picked).into_iter().map(shown).collect())
    }
}

/// The registration, where it is the viewer's own.
async fn own(app: &App, context: &Context<'_>, id: &ID) -> Result<RegistrationRow, Denial> {
    let email = my_email(app, context).await?;
    let row = app.store.registration(input::id(id)?).await?;
    row.filter(|row| row.email == email).ok_or_else(Denial::not_found)
}

async fn my_email(app: &App, context: &Context<'_>) -> Result<String, Denial> {
    let person = viewer(context)?.person()?.person;
    let found = app.store.people([person]).await?.pop();
    Ok(found.ok_or_else(Denial::not_found)?.email)
}

#[derive(Default)]
pub(crate) struct MyRegistrationsQuery;

#[Object]
impl MyRegistrationsQuery {
    /// One's own registrations, those of the newest events first.
    #[graphql(complexity = "super::pages::cost(first, child_complexity)")]
    async fn my_registrations(
        &self,
        context: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> Result<Connection<MyRegistration>> {
        let app = app(context)?;
        let email = my_email(app, context).await?;
        let page = Page::<RegistrationId>::of(first, after.as_deref())?;
        let read = app.store.registrations_of_email(&email, (page.after, page.to_read())).await;
        let (mut rows, total) = read.map_err(Denial::from)?;
        let more = page.cut(&mut rows);
        budget::spend(context, &rows)?;
        Ok(Connection::of(rows.into_iter().map(|row| (row.id.to_string(), MyRegistration(row))), more, total))
    }
}

#[derive(Default)]
pub(crate) struct MyRegistrationsMutation;

#[Object]
impl MyRegistrationsMutation {
    /// Gives back one's own place, or the wait for one; the seat goes to the next who waits. What was paid does not go back by itself.
    async fn give_back_place(&self, context: &Context<'_>, registration: ID) -> Result<MyRegistration> {
        let app = app(context)?;
        let row = own(app, context, &registration).await?;
        let event = app.store.event(row.event).await.map_err(Denial::from)?;
        let event = event.filter(|event| event.deleted_at.is_none()).ok_or_else(Denial::not_found)?;
        registration::give_back(app, &event, &row).await?;
        let ended = app.store.registration(row.id).await.map_err(Denial::from)?;
        Ok(MyRegistration(ended.ok_or_else(Denial::not_found)?))
    }

    /// Puts a session on one's own agenda, or takes it off. A session that is full is refused with `SOLD_OUT`.
    async fn pick_session(&self, context: &Context<'_>, registration: ID, session: ID, picked: bool) -> Result<MyRegistration> {
        let app = app(context)?;
        let row = own(app, context, &registration).await?;
        let session: SessionId = input::id(&session)?;
        if row.state != store::RegistrationState::Confirmed {
            return Err(no_place().into());
        }
        let event = app.store.event(row.event).await.map_err(Denial::from)?;
        if !event.is_some_and(|event| event.doors().is_changeable()) {
            return Err(Denial::new(Code::WrongPhase, "the event is archived").into());
        }
        if !picked {
            app.store.unpick_session(row.id, session).await.map_err(Denial::from)?;
            return Ok(MyRegistration(row));
        }
        match app.store.pick_session(row.id, session, clock::now()).await.map_err(Denial::from)? {
            Picked::Yes => Ok(MyRegistration(row)),
            Picked::NoSession => Err(Denial::not_found().into()),
            Picked::Full => Err(Denial::new(Code::SoldOut, "the session is full").into()),
            Picked::NoPlace => Err(no_place().into()),
        }
    }
}

fn no_place() -> Denial {
    Denial::new(Code::WrongPhase, "there is no place at the event")
}
