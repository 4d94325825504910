//! Mail: what is said (`message`, `compose`), how it looks (`templates/mail`), how it is sent (`transport`), when it is tried again.
//! What is kept until it is sent holds plain variables; links with secrets are minted at sending and end with the mail.

mod backoff;
mod bounce;
mod change;
mod compose;
mod envelope;
mod message;
mod relay;
mod transport;

pub use backoff::{retry_after, retry_soon_after};
pub(crate) use bounce::{Bounce, bounces};
pub use change::Change;
pub(crate) use change::gathered;
pub use compose::{Composed, Links, Own, compose};
pub use envelope::Recipient;
pub(crate) use envelope::is_key_of;
pub use message::{Amount, AndTheMoney, AndThePlace, Message, Registered, ReminderWhen, Speaking};
pub use relay::{MailConfig, MailConfigError};
pub use transport::{Mailer, SendError};
