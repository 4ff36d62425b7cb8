/** An application on Helidon 4.1.7 whose DB Client lends its connections to KTIZO's accounts. */
@NullMarked
package io.ktizo.example.dbclient;

import org.jspecify.annotations.NullMarked;
