//! The kinds of mail, with their plain variables: as they wait in the outbox. No secret and no address is in them.

use houselights_shared::{RoomId, SessionId, SpeakerId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Change;

/// Of money: how much, in the smallest unit of the currency, and its letters (ISO 4217).
pub type Amount = (i64, String);

/// A mail as it waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// A link to sign in with.
    MagicLink {
        /// The device that asked, as it is stored.
        #[serde(default)]
        device: String,
    },
    /// A registration is confirmed; the web link is the ticket.
    Confirmation(Registered),
    /// Everything is taken; one is on the waiting list.
    Waiting(Registered),
    /// A place has become free for somebody who waited.
    PlaceFree {
        /// Whose registration it is.
        #[serde(flatten)]
        about: Registered,
        /// Until when the place has to be taken, as one that costs something has; absent where it is theirs already.
        until: Option<Timestamp>,
    },
    /// A payment was begun that takes days.
    PaymentUnderWay(Registered),
    /// A payment that was begun failed, and the place that was held for it is gone.
    PaymentFailed(Registered),
    /// A place was not paid in time, and is gone.
    PlaceRanOut(Registered),
    /// The event is about to begin.
    Reminder {
        /// How long before.
        when: ReminderWhen,
        /// Whose registration it is.
        #[serde(flatten)]
        about: Registered,
    },
    /// A session that somebody picked is about to begin.
    SessionReminder {
        /// Whose registration it is.
        #[serde(flatten)]
        about: Registered,
        /// Which.
        session: SessionId,
        /// Its title.
        title: String,
        /// When it begins.
        begins_at: Timestamp,
        /// The title of the room that it is in, if it is in one.
        room: Option<String>,
        /// Which that is: the link leads there.
        room_id: Option<RoomId>,
    },
    /// A session in which somebody speaks is about to begin; the web link leads to the green room.
    SpeakerReminder {
        /// Who.
        #[serde(flatten)]
        about: Speaking,
        /// How long before.
        when: ReminderWhen,
        /// Which.
        session: SessionId,
        /// Its title.
        title: String,
        /// When it begins.
        begins_at: Timestamp,
        /// The title of the room that it is in, if it is in one.
        room: Option<String>,
    },
    /// What was announced is no longer so.
    Changed {
        /// Whose registration it is; the event as it is now.
        #[serde(flatten)]
        about: Registered,
        /// What is different.
        what: Vec<Change>,
    },
    /// The event does not take place.
    Cancelled {
        /// Whose registration it is.
        #[serde(flatten)]
        about: Registered,
        /// In the organizer's words.
        reason: Option<String>,
        /// What becomes of what they paid.
        #[serde(default)]
        money: AndTheMoney,
    },
    /// Somebody's registration was ended.
    PlaceCancelled {
        /// Whose registration it was.
        #[serde(flatten)]
        about: Registered,
        /// Whether a place was theirs, and is in their calendar.
        had_place: bool,
        /// Whether they gave it back; else the organizers ended it.
        #[serde(default)]
        by_themselves: bool,
        /// What goes back of what they paid, in the currency's smallest unit, and its currency.
        refund: Option<Amount>,
        /// What they paid and does not go back by itself, likewise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kept: Option<Amount>,
    },
    /// Another amount came than was asked for: no place is given for it, and it goes back.
    WrongAmount {
        /// Whose registration it was to be.
        #[serde(flatten)]
        about: Registered,
        /// What came, in the currency's smallest unit, and its currency.
        came: Amount,
        /// What was asked for.
        asked: Amount,
    },
    /// Money went back.
    Refunded {
        /// Whose registration it was.
        #[serde(flatten)]
        about: Registered,
        /// In the currency's smallest unit.
        amount: i64,
        /// ISO 4217, such as `EUR`.
        currency: String,
        /// What it means for their place.
        #[serde(default)]
        place: AndThePlace,
    },
    /// Money is on its way back, and the place is gone.
    RefundOnItsWay {
        /// Whose registration it was.
        #[serde(flatten)]
        about: Registered,
        /// In the currency's smallest unit.
        amount: i64,
        /// ISO 4217, such as `EUR`.
        currency: String,
        /// What it means for their place.
        #[serde(default)]
        place: AndThePlace,
    },
    /// A speaker is invited; the web link leads to the green room.
    SpeakerInvitation {
        /// The speaker.
        name: String,
        /// The event's title.
        event: String,
        /// When the event begins.
        starts_at: Timestamp,
        /// The event's time zone, by its IANA name.
        time_zone: String,
        /// The titles of the sessions that they speak in.
        sessions: Vec<String>,
        /// Who they are; absent in what was written before calendars had their sessions.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        speaker: Option<SpeakerId>,
        /// The sessions that go into their calendar.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        entries: Vec<SessionId>,
    },
    /// What concerns a speaker who was invited is no longer so.
    SpeakerChanged {
        /// Who; the event as it is now.
        #[serde(flatten)]
        about: Speaking,
        /// What is different.
        what: Vec<Change>,
    },
    /// The event that somebody was to speak at does not take place.
    SpeakerCancelled {
        /// Who.
        #[serde(flatten)]
        about: Speaking,
        /// In the organizer's words.
        reason: Option<String>,
    },
    /// The organizers do not name somebody as a speaker any more.
    SpeakerOff(Speaking),
    /// What is written to a speaker goes to another address from now on, and so do the entries of their calendar: told to the one before.
    SpeakerMoved(Speaking),
    /// Somebody works for an organisation now.
    MemberAdded {
        /// Who was added.
        name: Option<String>,
        /// Its name.
        organisation: String,
        /// The staff role in small letters: `owner`, `organizer`, `producer`, `moderator`.
        role: String,
        /// The name of who added them.
        by: String,
        /// The address of the server that it is on, as it is when it is sent.
        #[serde(skip)]
        server: String,
    },
}

/// Somebody's registration for an event, as a mail speaks of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The person.
    pub name: String,
    /// The event's title.
    pub event: String,
    /// When the event begins.
    pub starts_at: Timestamp,
    /// The event's time zone, by its IANA name.
    pub time_zone: String,
    /// What the ticket is called.
    pub ticket: String,
}

/// What money that goes back means for the place of whom it goes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AndThePlace {
    /// With it goes the place.
    #[default]
    Ends,
    /// They have one all the same: they paid twice, or have registered again.
    Stays,
    /// None was given for it.
    NeverWas,
}

/// What becomes of what somebody paid for an event that does not take place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AndTheMoney {
    /// They paid nothing.
    #[default]
    None,
    /// It goes back.
    GoesBack,
    /// That is for the organizers to say.
    Unsaid,
}

/// Somebody who was invited to speak, as a mail speaks of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaking {
    /// Who.
    pub speaker: SpeakerId,
    /// What they are called.
    pub name: String,
    /// The event's title.
    pub event: String,
    /// When the event begins.
    pub starts_at: Timestamp,
    /// The event's time zone, by its IANA name.
    pub time_zone: String,
    /// The sessions whose entries in their calendar are brought up to date.
    pub sessions: Vec<SessionId>,
}

/// How long before an event a reminder goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReminderWhen {
    /// The day before.
    Day,
    /// The hour before.
    Hour,
    /// A few minutes before.
    Minutes,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_plain_json_and_comes_back_as_it_was() {
        let about = Registered {
            name: "Ada".to_owned(),
            event: "Opening night".to_owned(),
            starts_at: Timestamp::from_micros(1_796_320_800_000_000),
            time_zone: "Europe/Berlin".to_owned(),
            ticket: "Day pass".to_owned(),
        };
        let message = Message::Reminder { when: ReminderWhen::Hour, about };
        let json = serde_json::to_string(&message).expect("JSON");
        assert_eq!(
            json,
            r#"{"kind":"reminder","when":"hour","name":"Ada","event":"Opening night","starts_at":1796320800000000,"time_zone":"Europe/Berlin","ticket":"Day pass"}"#
        );
        assert_eq!(serde_json::from_str::<Message>(&json).expect("a message"), message);
        let changed = r#"{"kind":"changed","name":"A","event":"E","starts_at":1,"time_zone":"UTC","ticket":"T","what":[{"kind":"time","was":0}]}"#;
        let read: Message = serde_json::from_str(changed).expect("a message");
        assert_eq!(serde_json::to_string(&read).expect("JSON"), changed);
    }
}
