//! The one table of routes. What is in [`documented`] is served and described;
//! there is no other way into the document.

use super::problem::{Problem, pages};
use super::state::State;
use super::{api, auditors, docs, health, metrics, oauth, openapi};
use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::{HttpRequest, web};
use std::collections::HashMap;
use std::sync::LazyLock;
use utoipa_actix_web::service_config::ServiceConfig;

/// Every operation of the API.
pub(crate) fn documented(config: &mut ServiceConfig<'_>) {
    api::routes(config);
    config
        .service(oauth::token::issue_token)
        .service(oauth::metadata::read_authorization_server)
        .service(oauth::metadata::read_jwks)
        .service(health::check_live)
        .service(health::check_ready);
}

/// Pages for people, and metrics where they have no listener of their own.
pub(crate) fn undocumented(config: &mut web::ServiceConfig, own_metrics: bool) {
    config
        .service(docs::read_openapi)
        .service(docs::redirect_to_docs)
        .service(auditors::read_auditors_page)
        .service(docs::read_docs)
        .service(pages::list_problems)
        .service(pages::read_problem);
    if own_metrics {
        config.service(metrics::read_metrics);
    }
}

const PAGES: [&str; 7] = [
    "/openapi.json",
    "/docs",
    "/docs/auditors",
    "/docs/{file:.*}",
    "/problems/",
    "/problems/{code}",
    "/metrics",
];

/// The answer where no route took the request: 405 where another method would
/// have been, else 404.
pub(crate) async fn nothing_here(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<&'static str, Problem> {
    Err(state.table.refuse(&request))
}

/// Which methods each path has, and what the operations are called.
pub(crate) struct Table {
    resources: Vec<(ResourceDef, String)>,
    operations: HashMap<String, String>,
}

impl Table {
    /// The table, made from the document.
    pub(crate) fn get() -> &'static Self {
        static TABLE: LazyLock<Table> = LazyLock::new(Table::new);
        &TABLE
    }

    fn new() -> Self {
        let mut resources: Vec<_> =
            PAGES.map(|page| (ResourceDef::new(page), "GET, HEAD".to_owned())).into();
        let mut operations = HashMap::new();
        for (path, item) in openapi::paths() {
            let mut allow = Vec::new();
            for (method, operation) in item.as_object().into_iter().flatten() {
                let method = method.to_ascii_uppercase();
                let id = operation["operationId"].as_str().unwrap_or("other");
                operations.insert(format!("{method} {path}"), id.to_owned());
                allow.push(method);
            }
            if allow.iter().any(|method| method == "GET") {
                allow.push("HEAD".to_owned());
            }
            resources.push((ResourceDef::new(path.as_str()), allow.join(", ")));
        }
        Self { resources, operations }
    }

    /// The operation's id, or `other` for pages and what is not served.
    pub(crate) fn operation(&self, method: &Method, pattern: &str) -> &str {
        self.operations.get(&format!("{method} {pattern}")).map_or("other", String::as_str)
    }

    fn refuse(&self, request: &HttpRequest) -> Problem {
        let path = request.path();
        match self.resources.iter().find(|(resource, _)| resource.is_match(path)) {
            Some((_, allow)) if !allowed(allow, request.method()) => {
                Problem::method_not_allowed(allow)
            }
            _ => Problem::of(&super::problem::kinds::NOT_FOUND),
        }
    }
}

fn allowed(allow: &str, method: &Method) -> bool {
    allow.split(", ").any(|one| one == method.as_str())
}
