import "htmx.org";
import "./js/shell.js";
import "./js/portal.js";
import "./js/keys.js";
import "./js/scroller.js";
import "./js/palette.js";
import "./js/desk.js";
import "./js/manage.js";
