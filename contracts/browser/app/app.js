// An application without a server of its own. Its tests call `manager`.

globalThis.manager = fetch('/settings.json')
  .then((answer) => answer.json())
  .then((settings) => new oidc.UserManager(settings));

// In the hidden frame that renews silently.
if (location.pathname === '/silent') {
  manager.then((own) => own.signinSilentCallback());
}
