//! The one table of routes. What is in [`documented`] is served and described;
//! there is no other way into the document.

use super::problem::{Problem, pages};
use super::state::State;
use super::{api, auditors, docs, health, metrics, oauth, openapi, unsubscribe};
use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::{HttpRequest, web};
use std::borrow::Cow;
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
        .service(unsubscribe::read::read_unsubscribe_page)
        .service(unsubscribe::follow::follow_unsubscribe_link)
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
    /// By path pattern: methods and what their operations are called.
    operations: HashMap<String, Vec<(Method, String)>>,
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
        let mut operations: HashMap<String, Vec<_>> = HashMap::new();
        for (path, item) in openapi::paths() {
            let mut allow = Vec::new();
            for (method, operation) in item.as_object().into_iter().flatten() {
                let method = method.to_ascii_uppercase();
                let id = operation["operationId"].as_str().unwrap_or("other");
                if let Ok(method) = method.parse() {
                    operations.entry(path.clone()).or_default().push((method, id.to_owned()));
                }
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
        let known = self.operations.get(pattern).into_iter().flatten();
        let mut known = known.filter(|(own, _)| own == method);
        known.next().map_or("other", |(_, operation)| operation)
    }

    /// The pattern of the route that took a request; never its path, unless that is
    /// all of a pattern.
    pub(crate) fn pattern<'a>(&'a self, request: &HttpRequest) -> Cow<'a, str> {
        // Most of what is asked for has no parameters, and needs no second matching.
        if let Some((pattern, _)) = self.operations.get_key_value(request.path())
            && !pattern.contains('{')
        {
            return Cow::Borrowed(pattern);
        }
        // As the document has it: a parameter that takes slashes is named without saying so.
        let as_told = |pattern: String| Cow::Owned(pattern.replace(":.*}", "}"));
        request.match_pattern().map_or(Cow::Borrowed("-"), as_told)
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
