// The technician's pages.
import "./desk/acts.js";
import "./desk/bulk.js";
import "./desk/composer.js";
import "./desk/filters.js";
import "./desk/trail.js";
