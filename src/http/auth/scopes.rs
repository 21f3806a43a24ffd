//! Which scopes let a caller in, by the kind of thing that is done.

use crate::domain::client::Scope;

/// Any one of these scopes is enough.
pub(crate) trait ScopeSet: 'static {
    /// The scopes.
    const SCOPES: &'static [Scope];
    /// Whether only the operator may, over the data folder's socket.
    const LOCAL_ONLY: bool = false;
}

/// Needs ClientsAdmin, on the machine itself.
pub(crate) struct SpeakForClients;
impl ScopeSet for SpeakForClients {
    const SCOPES: &'static [Scope] = &[Scope::ClientsAdmin];
    const LOCAL_ONLY: bool = true;
}

/// Needs ClientsAdmin, on the machine itself: what cannot be undone, and what needs
/// the machine's root key.
pub(crate) struct OperateMachine;
impl ScopeSet for OperateMachine {
    const SCOPES: &'static [Scope] = &[Scope::ClientsAdmin];
    const LOCAL_ONLY: bool = true;
}

macro_rules! sets {
    ($($name:ident: $($scope:ident)|+;)*) => {$(
        #[doc = concat!("Needs ", stringify!($($scope)|+), ".")]
        pub(crate) struct $name;
        impl ScopeSet for $name {
            const SCOPES: &'static [Scope] = &[$(Scope::$scope),+];
        }
    )*};
}

sets! {
    RecordObjections: ObjectionsWrite;
    ReadObjections: ObjectionsRead | ObjectionsReadOwn;
    WithdrawObjections: ObjectionsWithdraw | ObjectionsWithdrawOwn;
    WithdrawAnybodys: ObjectionsWithdraw;
    LookUp: LookupsDecide;
    Screen: ScreeningsRun;
    ReadScreenings: ScreeningsRun | AuditRead;
    RunImports: ImportsRun;
    ReadImports: ImportsRun | AuditRead;
    RunExports: ExportsRun;
    ReadExports: ExportsRun | AuditRead;
    ListControllers: ControllersList | ControllersAdmin | ObjectionsRead | LookupsDecide;
    ManageControllers: ControllersAdmin;
    ManageClients: ClientsAdmin;
    Review: ReviewClear;
    WriteRegisters: RegistersWrite;
    ListRegisters: RegistersWrite | LookupsDecide | AuditRead;
    ListRegisterBindings: RegistersWrite | AuditRead;
    ReadAudit: AuditRead;
    ReadLog: LogRead;
    ReceiveSms: SmsReceive;
    CreateLinks: LinksCreate;
    ReadChanges: ChangesRead;
    ListConsumers: ChangesRead | ObjectionsRead | AuditRead | WebhooksAdmin;
    ManageWebhooks: WebhooksAdmin;
}
