//! The app without a window: it signs in and sends, for a demo's speaker and for load.

use std::{process::ExitCode, time::Duration};

use tokio::{runtime::Handle, sync::watch};

use crate::{
    cli::Cli,
    house::{Beginning, Front, House, Parts, View},
    ipc::{ConnectionState, NativeEvent, Problem},
    realtime::{Backoff, random},
    session::Logins,
    signals,
};

/// Nothing to show, nobody to hear.
struct NoFront;

impl Front for NoFront {
    fn show(&self, _view: View) {}
    fn renew(&self, _view: View) {}
    fn beside(&self, _view: View) {}
    fn raise(&self) {}
    fn browse(&self, _url: &str) -> bool {
        false
    }
}

/// Runs until the process is asked to end, or the connection is over for good. Says `ready` on standard output once it is
/// connected for the first time.
pub(crate) async fn run(cli: Cli) -> ExitCode {
    let house = House::new(Parts {
        profile: cli.profile(None),
        keys: cli.keys(),
        logins: Logins::default(),
        sources: cli.sources(),
        runtime: Handle::current(),
    });
    house.set_front(NoFront);
    let code = tokio::select! {
        () = signals::quit() => ExitCode::SUCCESS,
        code = attend(&house, &cli) => code,
    };
    house.close().await;
    code
}

/// Signs in, trying again while the server cannot be reached, and stays until the connection is over for good.
async fn attend(house: &House, cli: &Cli) -> ExitCode {
    let mut backoff = Backoff::default();
    loop {
        let (link, invite, name) = (cli.link.clone(), cli.invite.clone(), cli.name.clone());
        let beginning = Beginning { link, invite, name, dashboard: false };
        match house.begin(beginning).await {
            Ok(()) => break,
            Err(Problem::Unreachable) => tokio::time::sleep(backoff.after(Duration::ZERO, None, random())).await,
            Err(problem) => {
                tracing::error!(?problem, "the invite cannot be used");
                return ExitCode::FAILURE;
            }
        }
    }
    if house.attendance().is_err() {
        tracing::error!("nobody is signed in: say --invite LINK");
        return ExitCode::FAILURE;
    }
    let (tell, mut state) = watch::channel(house.pages().connection());
    let sink = move |event: &NativeEvent| {
        if let NativeEvent::Connection { state } = event {
            tell.send_replace(state.clone());
        }
        true
    };
    house.attach("headless", Box::new(sink)).await;
    let connected =
        |state: &ConnectionState| matches!(state, ConnectionState::Connected { .. } | ConnectionState::Ended { .. });
    if state.wait_for(connected).await.is_ok_and(|state| matches!(*state, ConnectionState::Connected { .. })) {
        println!("ready");
    }
    let ended = state.wait_for(|state| matches!(state, ConnectionState::Ended { .. })).await;
    tracing::error!(state = ?ended.as_deref().ok(), "the connection is over");
    ExitCode::FAILURE
}
