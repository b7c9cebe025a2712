@NullMarked
package dev.ringback.database;

import org.jspecify.annotations.NullMarked;
