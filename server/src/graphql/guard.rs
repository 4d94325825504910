//! Who asks, and whether they may: every query and mutation begins here. What is not the viewer's does not exist for them.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::Context;
use houselights_domain::{Duty, Scope, StaffRole, permits, scope_permits};
use houselights_shared::{EventId, OrganisationId, PersonId, TemplateId};
use tokio::sync::OnceCell;

use super::error::{Code, Denial};
use crate::{
    app::App,
    http::letter_from,
    store::{Belonging, Child, EventRow, OwnTemplate, PersonLogin},
};

/// Whoever sent the request.
pub(crate) enum Who {
    /// Nobody who signed in.
    Stranger,
    /// A person on one of their devices.
    Person(Box<PersonLogin>),
    /// An integrator.
    Key {
        /// Whose.
        organisation: OrganisationId,
        /// What for.
        scopes: Vec<Scope>,
    },
}

/// The viewer of one request.
pub(crate) struct Viewer {
    who: Who,
    /// Read once a request.
    memberships: OnceCell<Vec<(OrganisationId, StaffRole)>>,
    /// The events that the request may have changed.
    changing: Mutex<Vec<EventId>>,
}

impl Viewer {
    pub(crate) fn new(who: Who) -> Self {
        Self { who, memberships: OnceCell::new(), changing: Mutex::default() }
    }

    /// The events that the request was let change, and so may have changed. Asked again, there are none.
    pub(crate) fn changed(&self) -> Vec<EventId> {
        std::mem::take(&mut self.changing.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn changes(&self, event: EventId) {
        let mut changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        if !changing.contains(&event) {
            changing.push(event);
        }
    }

    /// Whether anybody knows who it is.
    pub(crate) fn is_known(&self) -> bool {
        match &self.who {
            Who::Person(_) | Who::Key { .. } => true,
            Who::Stranger => false,
        }
    }

    /// The person, who has to be signed in.
    pub(crate) fn person(&self) -> Result<&PersonLogin, Denial> {
        match &self.who {
            Who::Person(login) => Ok(login),
            Who::Stranger => Err(Denial::new(Code::Unauthenticated, "sign in first")),
            Who::Key { .. } => Err(Denial::new(Code::Forbidden, "this is for people, not for keys")),
        }
    }

    /// The person, where one is signed in.
    pub(crate) fn maybe_person(&self) -> Option<&PersonLogin> {
        match &self.who {
            Who::Person(login) => Some(login),
            Who::Stranger | Who::Key { .. } => None,
        }
    }

    /// What a person is where.
    pub(crate) async fn memberships(&self, app: &App, person: PersonId) -> Result<&[(OrganisationId, StaffRole)], Denial> {
        let read = async || app.store.memberships_of(person).await;
        Ok(self.memberships.get_or_try_init(read).await?)
    }

    /// Whether the viewer may do this in an organisation. An organisation that is not theirs does not exist.
    pub(crate) async fn on_organisation(&self, app: &App, organisation: OrganisationId, duty: Duty) -> Result<(), Denial> {
        let allowed = match &self.who {
            Who::Stranger => return Err(Denial::new(Code::Unauthenticated, "sign in first")),
            Who::Key { organisation: own, scopes } => {
                (*own == organisation).then(|| scopes.iter().any(|scope| scope_permits(*scope, duty)))
            }
            Who::Person(login) => {
                let memberships = self.memberships(app, login.person).await?;
                memberships.iter().find(|(of, _)| *of == organisation).map(|(_, role)| permits(*role, duty))
            }
        };
        match allowed {
            Some(true) => Ok(()),
            Some(false) => Err(Denial::new(Code::Forbidden, "this is not yours to do")),
            None => Err(Denial::not_found()),
        }
    }

    /// What the viewer may do in an organisation of theirs.
    pub(crate) async fn duties(&self, app: &App, organisation: OrganisationId) -> Result<Vec<Duty>, Denial> {
        let mut duties = Vec::new();
        for duty in Duty::ALL {
            match self.on_organisation(app, organisation, duty).await {
                Ok(()) => duties.push(duty),
                Err(denial) if denial.code == Code::Forbidden => {}
                Err(denial) => return Err(denial),
            }
        }
        Ok(duties)
    }

    /// The event, where the viewer may do this with it. One in the trash does not exist, and one in the archive stays as it is.
    pub(crate) async fn on_event(&self, app: &App, event: EventId, duty: Duty) -> Result<Arc<EventRow>, Denial> {
        let row = self.on_event_as_a_whole(app, event, duty).await?;
        if duty.changes_event() && !row.doors().is_changeable() {
            return Err(Denial::new(Code::WrongPhase, "the event is archived"));
        }
        Ok(row)
    }

    /// As [`on_event`](Self::on_event), for what is done with an event as a whole: one in the archive can be put into the trash.
    pub(crate) async fn on_event_as_a_whole(&self, app: &App, event: EventId, duty: Duty) -> Result<Arc<EventRow>, Denial> {
        self.event(app, event, duty, false).await
    }

    /// Whether the viewer may do this with an event that they were shown: nothing is read for it. One in the trash is to be restored first.
    pub(crate) async fn on_row(&self, app: &App, event: &EventRow, duty: Duty) -> Result<(), Denial> {
        if event.deleted_at.is_some() {
            return Err(Denial::not_found());
        }
        self.on_organisation(app, event.organisation.ok_or_else(Denial::not_found)?, duty).await
    }

    /// An event in the trash, where the viewer may do this with it.
    pub(crate) async fn on_deleted_event(&self, app: &App, event: EventId, duty: Duty) -> Result<Arc<EventRow>, Denial> {
        self.event(app, event, duty, true).await
    }

    async fn event(&self, app: &App, event: EventId, duty: Duty, in_trash: bool) -> Result<Arc<EventRow>, Denial> {
        if matches!(self.who, Who::Stranger) {
            return Err(Denial::new(Code::Unauthenticated, "sign in first"));
        }
        let row =
            app.store.event(event).await?.filter(|row| row.deleted_at.is_some() == in_trash).ok_or_else(Denial::not_found)?;
        let organisation = row.organisation.ok_or_else(Denial::not_found)?;
        self.on_organisation(app, organisation, duty).await?;
        if duty.changes_event() {
            self.changes(event);
        }
        Ok(Arc::new(row))
    }

    /// A template of an organisation's own, where the viewer may do this there.
    pub(crate) async fn on_template(&self, app: &App, id: TemplateId, duty: Duty) -> Result<OwnTemplate, Denial> {
        if matches!(self.who, Who::Stranger) {
            return Err(Denial::new(Code::Unauthenticated, "sign in first"));
        }
        let own = app.store.template(id).await?.ok_or_else(Denial::not_found)?;
        self.on_organisation(app, own.organisation, duty).await?;
        Ok(own)
    }

    /// The event that something is part of, where the viewer may do this with it.
    pub(crate) async fn on_child(
        &self,
        app: &App,
        child: Child,
        id: &async_graphql::ID,
        duty: Duty,
    ) -> Result<Arc<EventRow>, Denial> {
        if matches!(self.who, Who::Stranger) {
            return Err(Denial::new(Code::Unauthenticated, "sign in first"));
        }
        let event = app.store.event_of(child, known_shape(id)?).await?.ok_or_else(Denial::not_found)?;
        self.on_event(app, event, duty).await
    }

    /// The organisation that something belongs to, where the viewer may do this there.
    pub(crate) async fn on_belonging(
        &self,
        app: &App,
        what: Belonging,
        id: &async_graphql::ID,
        duty: Duty,
    ) -> Result<OrganisationId, Denial> {
        if matches!(self.who, Who::Stranger) {
            return Err(Denial::new(Code::Unauthenticated, "sign in first"));
        }
        let organisation = app.store.organisation_of(what, known_shape(id)?).await?.ok_or_else(Denial::not_found)?;
        self.on_organisation(app, organisation, duty).await?;
        Ok(organisation)
    }
}

/// An id as the store is asked for it. What has not the shape of one is nobody's; not every engine takes every text.
fn known_shape(id: &async_graphql::ID) -> Result<&str, Denial> {
    let is_one = (1..=100).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    if is_one { Ok(id) } else { Err(Denial::not_found()) }
}

/// The server's shared parts.
pub(crate) fn app<'a>(context: &Context<'a>) -> Result<&'a Arc<App>, Denial> {
    context.data_opt().ok_or_else(|| Denial::new(Code::StorageUnavailable, "the server is not ready"))
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin(pub(crate) Option<IpAddr>);

/// Counts a request upon which a mail goes out to whoever it names, by the address that it comes from.
pub(crate) fn letter(context: &Context<'_>) -> Result<(), Denial> {
    let address = context.data_opt::<Origin>().and_then(|origin| origin.0);
    letter_from(app(context)?, address).map_err(|wait| Denial::new(Code::SlowDown, "too many attempts").after(wait))
}

/// Who asks.
pub(crate) fn viewer<'a>(context: &Context<'a>) -> Result<&'a Viewer, Denial> {
    let viewer = context.data_opt::<Arc<Viewer>>();
    viewer.map(|viewer| &**viewer).ok_or_else(|| Denial::new(Code::Unauthenticated, "sign in first"))
}
