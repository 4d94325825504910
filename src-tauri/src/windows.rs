//! The windows, and the app that runs them.

pub(crate) mod closing;
mod notes;
mod revival;

use std::{process::ExitCode, sync::Arc};

use tauri::{
    AppHandle, Builder, Manager, RunEvent, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry,
    utils::config::Color,
    webview::{NewWindowResponse, PageLoadEvent},
};
use tauri_plugin_deep_link::DeepLinkExt;
use tauri_plugin_opener::OpenerExt;
use tokio::runtime::Handle;

use crate::{
    cli::{Cli, Look},
    commands,
    desk::Desk,
    house::{Beginning, DASHBOARD, Front, House, Parts, View, WELCOME},
    session::{Logins, Profile, SignInLink},
    signals,
};

/// The colour behind a page that has not drawn yet: `background` of the page's tokens.
const BACKGROUND: Color = Color(0x0d, 0x0c, 0x0b, 0xff);

impl View {
    /// Of which one is open at a time, but for a welcome window beside a room's.
    const ONE_OF: [Self; 4] = [Self::Welcome, Self::Attendee, Self::Studio, Self::Control];

    const fn label(self) -> &'static str {
        match self {
            Self::Welcome => WELCOME,
            Self::Attendee => "attendee",
            Self::Studio => "studio",
            Self::Control => "control",
            Self::Dashboard => DASHBOARD,
        }
    }
}

/// What a window is called until its page says so in its own words.
const TITLE: &str = "Houselights";

/// Opens windows.
struct Windows {
    app: AppHandle,
    profile: Profile,
    look: Option<Theme>,
    /// A profile of its own has web storage of its own.
    apart: bool,
}

impl Windows {
    fn open(&self, view: View) -> tauri::Result<()> {
        let (opener, follower) = (self.app.clone(), self.app.clone());
        let url = WebviewUrl::App(format!("index.html#/{}", view.label()).into());
        let mut window = WebviewWindowBuilder::new(&self.app, view.label(), url)
            .title(TITLE)
            .on_document_title_changed(|window, title| {
                let _ = window.set_title(&title);
            })
            .inner_size(1440.0, 900.0)
            .min_inner_size(960.0, 600.0)
            .prevent_overflow()
            .center()
            .theme(self.look)
            .background_color(BACKGROUND)
            // A window that is drawn while its web process starts waits for that process, which waits for it: half a second
            // passes on Linux until one gives up. So it is shown when its page is there.
            .visible(false)
            .on_page_load(|window, load| match load.event() {
                PageLoadEvent::Started => {}
                PageLoadEvent::Finished => reveal(&window),
            })
            .on_navigation(move |url| ours(url) || leave_to_browser(&opener, url))
            .on_new_window(move |url, _features| {
                leave_to_browser(&follower, &url);
                NewWindowResponse::Deny
            });
        if let Some(storage) = self.profile.web_storage().filter(|_| self.apart) {
            window = window.data_directory(storage);
        }
        // On Linux a new window takes the desktop's look, whatever it is built with: said before and after, it does not flash.
        self.app.set_theme(self.look);
        let window = window.build()?;
        closing::watch(&window, view);
        revival::watch(&window);
        self.app.set_theme(self.look);
        Ok(())
    }
}

impl Front for Windows {
    fn show(&self, view: View) {
        if let Some(window) = self.app.get_webview_window(view.label()) {
            focus(&window);
        } else if let Err(error) = self.open(view) {
            tracing::error!(%error, window = view.label(), "a window does not open");
            return;
        }
        for other in View::ONE_OF.into_iter().filter(|other| *other != view) {
            if let Some(window) = self.app.get_webview_window(other.label()) {
                let _ = window.destroy();
            }
        }
    }

    fn renew(&self, view: View) {
        if let Some(window) = self.app.get_webview_window(view.label())
            && let Err(error) = window.reload()
        {
            tracing::error!(%error, window = view.label(), "a window does not begin anew");
        }
    }

    fn beside(&self, view: View) {
        if let Some(window) = self.app.get_webview_window(view.label()) {
            let _ = window.unminimize();
            focus(&window);
        } else if let Err(error) = self.open(view) {
            tracing::error!(%error, window = view.label(), "a window does not open");
        }
    }

    fn raise(&self) {
        // One whose page is not there yet comes by itself.
        for window in self.app.webview_windows().values().filter(|window| window.is_visible().unwrap_or(false)) {
            let _ = window.unminimize();
            let _ = window.set_focus();
        }
    }

    fn browse(&self, url: &str) -> bool {
        opened_in_browser(&self.app, url)
    }
}

fn theme(look: Look) -> Option<Theme> {
    match look {
        Look::Dark => Some(Theme::Dark),
        Look::Light => Some(Theme::Light),
        Look::System => None,
    }
}

/// Brings a window before the others. One whose page is not there yet comes by itself: see [`reveal`].
fn focus(window: &WebviewWindow) {
    if window.is_visible().unwrap_or(false) {
        let _ = window.set_focus();
    }
}

/// Shows a window whose page is there.
pub(crate) fn reveal(window: &WebviewWindow) {
    if !window.is_visible().unwrap_or(false) {
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// Whether the page may go there: only to itself.
fn ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        "about" => url.as_str() == "about:blank",
        _ => false,
    }
}

/// A link that someone follows opens in their browser, never in the app. Always false: the page stays.
fn leave_to_browser(app: &AppHandle, url: &Url) -> bool {
    if matches!(url.scheme(), "https" | "http" | "mailto") {
        opened_in_browser(app, url.as_str());
    }
    false
}

fn opened_in_browser(app: &AppHandle, url: &str) -> bool {
    let opened = app.opener().open_url(url, None::<&str>);
    opened.inspect_err(|error| tracing::warn!(%error, "no browser opens")).is_ok()
}

/// With what the system is asked for, and what the page may ask of the core.
#[expect(clippy::too_many_lines, reason = "one line a command")]
fn equipped(builder: Builder<Wry>) -> Builder<Wry> {
    builder
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .invoke_handler(tauri::generate_handler![
            commands::attach,
            commands::read_link,
            commands::look_up_invite,
            commands::sign_in,
            commands::sign_out,
            commands::send,
            commands::react,
            commands::send_to_inbox,
            commands::conversation,
            commands::discard_unsent,
            commands::older_messages,
            commands::search_messages,
            commands::audit,
            commands::replay_outline,
            commands::replay_at,
            commands::replay_updates,
            commands::votes,
            commands::people::people,
            commands::people::person,
            commands::people::profile,
            commands::people::set_profile,
            commands::rooms,
            commands::go_to_room,
            commands::devices,
            commands::choose_device,
            commands::set_sending,
            commands::check_devices,
            commands::raise_hand,
            commands::lower_hand,
            commands::leave_stage,
            commands::set_volume,
            commands::hear_myself,
            commands::media_stats,
            commands::quit,
            commands::close_heard,
            commands::desk::ask,
            commands::desk::change,
            commands::desk::keep_draft,
            commands::desk::drafts,
            commands::desk::drop_draft,
            commands::desk::start_sign_in,
            commands::desk::sign_in_ways,
            commands::desk::start_provider_sign_in,
            commands::desk::confirm_sign_in,
            commands::desk::sign_out_person,
            commands::desk::rename_me,
            commands::desk::export_my_data,
            commands::desk::erase_me,
            commands::desk::enter_event,
            commands::desk::upload,
            commands::desk::export_file,
            commands::desk::import_file,
            commands::desk::save_file,
            commands::desk::save_report,
            commands::desk::stop_saving,
            commands::desk::send_file,
            commands::desk::open_window,
        ])
}

/// Runs the app with windows until the last one closes.
pub(crate) fn run(cli: Cli, handle: Handle) -> ExitCode {
    tauri::async_runtime::set(handle.clone());
    let mut builder = Builder::default();
    if cli.profile.is_none() {
        // First, as its documentation asks: a second instance hands its link over and quits before anything else starts.
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, arguments, _folder| {
            // A `houselights:` link that is the only argument comes by the deep-link plugin.
            let alone = arguments.len() == 2;
            let link = Cli::handed_over(&arguments).filter(|link| !(alone && link.starts_with("houselights:")));
            if let Some(house) = app.try_state::<House>() {
                link.map_or_else(|| house.raise(), |link| house.open_link(&link));
            }
        }));
    }
    #[cfg(target_os = "macos")]
    {
        builder = builder.on_web_content_process_terminate(|webview| {
            tracing::error!(window = webview.label(), "the page's process ended");
            let _ = webview.reload();
        });
    }
    let built = equipped(builder)
        .setup(move |app| {
            set_up(app.handle(), cli, handle);
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            let code = app.run_return(|app, event| {
                if let RunEvent::Exit = event
                    && let Some(house) = app.try_state::<House>()
                {
                    tauri::async_runtime::block_on(house.close());
                }
            });
            ExitCode::from(u8::try_from(code).unwrap_or(1))
        }
        Err(error) => {
            tracing::error!(%error, "the app does not start");
            ExitCode::FAILURE
        }
    }
}

fn set_up(app: &AppHandle, cli: Cli, runtime: Handle) {
    let profile = cli.profile(app.path().app_local_data_dir().ok());
    let parts =
        Parts { profile: profile.clone(), keys: cli.keys(), logins: Logins::default(), sources: cli.sources(), runtime };
    let house = House::new(parts);
    house.set_front(Windows { app: app.clone(), profile, look: theme(cli.look), apart: cli.profile.is_some() });
    let desk = Desk::new(house.clone());
    app.manage(house.clone());
    app.manage(desk.clone());
    app.manage(closing::Asked::default());

    let opened = house.clone();
    app.deep_link().on_open_url(move |event| {
        for url in event.urls() {
            opened.open_link(url.as_str());
        }
    });
    let quit = app.clone();
    house.spawn(async move {
        signals::quit().await;
        quit.exit(0);
    });
    house.spawn(desk.clone().remind(Arc::new(notes::Notes(app.clone()))));
    notes::tell_of_the_inbox(app, &house);
    let sign_in = cli.sign_in;
    house.spawn(async move {
        if let Err(problem) = desk.begin(sign_in).await {
            tracing::warn!(?problem, "the link could not be used to sign in");
        }
    });
    // A link of a sign-in mail says nothing about which event to be in.
    let (of_person, link) = match cli.link {
        Some(link) if SignInLink::is_one(&link) => (Some(link), None),
        link => (None, link),
    };
    let beginning = Beginning { link, invite: cli.invite, name: cli.name, dashboard: cli.dashboard && of_person.is_none() };
    let begun = house.clone();
    house.spawn(async move {
        if let Err(problem) = begun.begin(beginning).await {
            tracing::warn!(?problem, "the invite could not be used");
        }
        if let Some(link) = of_person {
            begun.open_link(&link);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_goes_nowhere_but_to_itself() {
        let may = |url: &str| ours(&url.parse().unwrap());
        assert!(may("tauri://localhost/index.html#/attendee"));
        assert!(may("http://tauri.localhost/index.html#/studio"));
        for elsewhere in [
            "https://show.example/",
            "http://127.0.0.1:8080/",
            "https://tauri.localhost.example/",
            "tauri://elsewhere/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
        ] {
            assert!(!may(elsewhere), "{elsewhere}");
        }
    }
}
