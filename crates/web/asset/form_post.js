// Sends the form of a form_post page. Run before the page counts as loaded, so that the page takes
// no step in the browser's history: the back button does not come here again.
HTMLFormElement.prototype.submit.call(document.getElementById("form-post"));
